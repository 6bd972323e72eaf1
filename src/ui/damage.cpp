#include "ui/damage.h"

#include <cmath>
#include <cstring>

namespace ui {

struct Damage::Bounds {
    float x0 = 1e9f, y0 = 1e9f, x1 = -1e9f, y1 = -1e9f;

    /// The triangle as far as its clip rectangle lets it be seen.
    void add(const ImDrawVert& a, const ImDrawVert& b, const ImDrawVert& c, const ImVec4& clip) {
        const float left = std::max(clip.x, std::min({a.pos.x, b.pos.x, c.pos.x}));
        const float top = std::max(clip.y, std::min({a.pos.y, b.pos.y, c.pos.y}));
        const float right = std::min(clip.z, std::max({a.pos.x, b.pos.x, c.pos.x}));
        const float bottom = std::min(clip.w, std::max({a.pos.y, b.pos.y, c.pos.y}));
        if (left >= right || top >= bottom) return;
        x0 = std::min(x0, left);
        y0 = std::min(y0, top);
        x1 = std::max(x1, right);
        y1 = std::max(y1, bottom);
    }
};

void Damage::copy(const ImDrawList& from, List* to) {
    to->vertices.assign(from.VtxBuffer.begin(), from.VtxBuffer.end());
    to->indices.assign(from.IdxBuffer.begin(), from.IdxBuffer.end());
    to->commands.clear();
    for (const ImDrawCmd& command : from.CmdBuffer) {
        to->commands.push_back(
            {command.ClipRect, command.VtxOffset, command.IdxOffset, command.ElemCount});
    }
}

bool Damage::same(const ImDrawList& now, const List& before) {
    const auto equal = [](const auto& ours, const auto& theirs) {
        return ours.size() == static_cast<std::size_t>(theirs.Size) &&
               std::memcmp(ours.data(), theirs.Data,
                           static_cast<std::size_t>(theirs.size_in_bytes())) == 0;
    };
    if (!equal(before.vertices, now.VtxBuffer) || !equal(before.indices, now.IdxBuffer))
        return false;
    if (before.commands.size() != static_cast<std::size_t>(now.CmdBuffer.Size)) return false;
    for (int i = 0; i < now.CmdBuffer.Size; ++i) {
        const ImDrawCmd& a = now.CmdBuffer[i];
        const Command& b = before.commands[static_cast<std::size_t>(i)];
        const bool equal_place = std::memcmp(&a.ClipRect, &b.clip, sizeof b.clip) == 0;
        if (!equal_place || a.VtxOffset != b.first_vertex || a.IdxOffset != b.first_index ||
            a.ElemCount != b.count)
            return false;
    }
    return true;
}

void Damage::add_triangles(const List& list, const Command& command, unsigned from,
                           Bounds* bounds) {
    const auto vertex = [&](unsigned i) -> const ImDrawVert& {
        return list.vertices[command.first_vertex + list.indices[command.first_index + i]];
    };
    for (unsigned i = from; i + 2 < command.count; i += 3)
        bounds->add(vertex(i), vertex(i + 1), vertex(i + 2), command.clip);
}

/// Triangle by triangle, in the order drawn: where one differs, its old and its new place changed.
void Damage::add_changes(const List& before, const List& now, Bounds* bounds) {
    static const Command kNone;
    const std::size_t most = std::max(before.commands.size(), now.commands.size());
    for (std::size_t c = 0; c < most; ++c) {
        const Command& a = c < before.commands.size() ? before.commands[c] : kNone;
        const Command& b = c < now.commands.size() ? now.commands[c] : kNone;
        const bool same_clip = std::memcmp(&a.clip, &b.clip, sizeof a.clip) == 0;
        unsigned i = 0;
        for (; same_clip && i + 2 < std::min(a.count, b.count); i += 3) {
            const ImDrawVert* old_vertices[3];
            const ImDrawVert* new_vertices[3];
            bool equal = true;
            for (unsigned k = 0; k < 3; ++k) {
                old_vertices[k] =
                    &before.vertices[a.first_vertex + before.indices[a.first_index + i + k]];
                new_vertices[k] =
                    &now.vertices[b.first_vertex + now.indices[b.first_index + i + k]];
                equal =
                    equal && std::memcmp(old_vertices[k], new_vertices[k], sizeof(ImDrawVert)) == 0;
            }
            if (equal) continue;
            bounds->add(*old_vertices[0], *old_vertices[1], *old_vertices[2], a.clip);
            bounds->add(*new_vertices[0], *new_vertices[1], *new_vertices[2], b.clip);
        }
        add_triangles(before, a, i, bounds);
        add_triangles(now, b, i, bounds);
    }
}

Rect Damage::take(const ImDrawData& data) {
    const bool resized = size_.x != data.DisplaySize.x || size_.y != data.DisplaySize.y;
    const bool everything = !known_ || resized;
    const auto count = static_cast<std::size_t>(data.CmdListsCount);
    Bounds bounds;
    const List none;
    for (std::size_t i = 0; i < std::max(count, last_.size()); ++i) {
        if (i >= count) {
            add_changes(last_[i], none, &bounds);
            continue;
        }
        const ImDrawList& now = *data.CmdLists[i];
        if (i >= last_.size()) last_.emplace_back();
        if (!everything && same(now, last_[i])) continue;
        List fresh;
        copy(now, &fresh);
        if (!everything) add_changes(last_[i], fresh, &bounds);
        last_[i] = std::move(fresh);
    }
    last_.resize(count);
    size_ = data.DisplaySize;
    known_ = true;
    if (everything) return {0, 0, size_.x, size_.y};
    if (bounds.x0 >= bounds.x1 || bounds.y0 >= bounds.y1) return {};
    // A pixel more at each side: triangles are blended at their edges.
    const float left = std::max(0.0f, std::floor(bounds.x0) - 1);
    const float top = std::max(0.0f, std::floor(bounds.y0) - 1);
    const float right = std::min(size_.x, std::ceil(bounds.x1) + 1);
    const float bottom = std::min(size_.y, std::ceil(bounds.y1) + 1);
    return {left, top, right - left, bottom - top};
}

void clip_to(ImDrawData& data, const Rect& part) {
    for (int i = 0; i < data.CmdListsCount; ++i) {
        for (ImDrawCmd& command : data.CmdLists[i]->CmdBuffer) {
            ImVec4& clip = command.ClipRect;
            clip.x = std::max(clip.x, part.x);
            clip.y = std::max(clip.y, part.y);
            clip.z = std::min(clip.z, part.right());
            clip.w = std::min(clip.w, part.bottom());
            // What is wholly outside keeps no area; the back-end skips it.
            clip.z = std::max(clip.z, clip.x);
            clip.w = std::max(clip.w, clip.y);
        }
    }
}

} // namespace ui
