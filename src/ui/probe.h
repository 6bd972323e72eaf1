// What was drawn where, for tests that act like a person: items by their label, texts as they stand
// on screen. Written while drawing, only while `recording`; forgotten at the next frame.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ui/rect.h"

namespace ui {

class Probe {
public:
    struct Item {
        std::string label; ///< "connection/Connect": region and words
        Rect rect;
        Rect clip; ///< the part of the window that it could be drawn in
        bool enabled = true;
    };
    struct Text {
        std::string text;
        std::string region;
        Rect rect;
        Rect clip;
        bool cut = false; ///< it ends in … because it did not fit
    };

    bool recording = false;

    void begin() {
        items_.clear();
        texts_.clear();
    }
    void item(std::string_view region, std::string_view label, const Rect& rect, const Rect& clip,
              bool enabled) {
        if (!recording) return;
        items_.push_back({std::string(region) + "/" + std::string(label), rect, clip, enabled});
    }
    void text(std::string_view region, std::string_view text, const Rect& rect, const Rect& clip,
              bool cut) {
        if (!recording) return;
        texts_.push_back({std::string(text), std::string(region), rect, clip, cut});
    }

    const std::vector<Item>& items() const { return items_; }
    const std::vector<Text>& texts() const { return texts_; }

    const Item* find(std::string_view label) const {
        for (const Item& item : items_) {
            if (item.label == label) return &item;
        }
        return nullptr;
    }
    /// A text of that region that holds `part`; null when none is on screen.
    const Text* shown(std::string_view region, std::string_view part) const {
        for (const Text& text : texts_) {
            if (text.region == region && text.text.find(part) != std::string::npos) return &text;
        }
        return nullptr;
    }

private:
    std::vector<Item> items_;
    std::vector<Text> texts_;
};

} // namespace ui
