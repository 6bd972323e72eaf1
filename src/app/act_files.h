// The Actions about files: opening, recording, saving, replay. A part of app/act, with the same
// rules: each is done, or told as a Notice. UI thread.
#pragma once

#include "app/file_work.h"
#include "model/actions.h"
#include "model/model.h"

namespace app {

/// Each does what it is asked, or tells why not. `work` is null in a program without files.
struct FileActs {
    model::Model& model;
    FileWork* work;

    void operator()(model::OpenCapture& action) const;
    void operator()(model::CancelFile& action) const;
    void operator()(model::LookAtPath& action) const;
    void operator()(model::StartRecording& action) const;
    void operator()(model::StopRecording& action) const;
    void operator()(model::SaveLog& action) const;
    void operator()(model::LoadReplay& action) const;
    /// False, and told, when there is nothing to play now.
    bool may_replay() const;
    /// The target has just been ordered to be dialled.
    void start_replay(std::uint32_t target, const model::ReplayWish& wish) const;
    void operator()(model::PauseReplay& action) const;
    void operator()(model::StepReplay& action) const;
    void operator()(model::StopReplay& action) const;
    void operator()(model::SetReplaySpeed& action) const;
    void operator()(model::SetReplayEnabled& action) const;
    void operator()(model::EditReplay& action) const;

private:
    bool show_opened(const std::string& path) const;
    bool in_order(const char* topic) const;
    bool there(const char* topic) const;
    void refuse(const char* topic, base::Error text) const;
};

} // namespace app
