// What the window shows of files: captures that are being read, the log on its way into a file, the
// recording, the files of before, and what is known of a path that is being typed. A part of the
// Model: written by drain and act on the UI thread, plain data.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "wire/file_state.h"

namespace model {

/// What is known of a path, as it stood when it was asked about. Reasons are whole sentences,
/// empty where there is none.
struct PathLook {
    static constexpr std::size_t kMostCandidates = 200;

    std::string text; ///< as it was typed; empty: nothing was asked
    std::string path; ///< absolute, "~" resolved
    bool there = false, folder = false;
    std::uint64_t size = 0;
    std::string not_readable; ///< why it cannot be opened
    std::string not_writable; ///< why a file of that name cannot be made

    //--- when it was asked how the text goes on
    std::uint64_t completion = 0;        ///< counts these askings; 0: never
    std::string completed;               ///< the text as far as it is certain
    std::vector<std::string> candidates; ///< names that it may go on with, folders with "/"
};

struct Files {
    static constexpr std::size_t kMostRecent = 12;

    std::vector<wire::FileProgress> reading;   ///< captures that are not yet read to their end
    std::optional<wire::FileProgress> writing; ///< the log, or rows of it
    bool recording = false;                    ///< switched on
    wire::RecordingState record;               ///< of the one that is on, or of the last one
    std::string record_folder;                 ///< where new recordings go
    std::vector<std::string> recent;           ///< opened or saved, newest first
    PathLook look;
    std::uint64_t show = 0; ///< the first event of a file that was opened to be looked at; 0: none

    void used(const std::string& path);
};

} // namespace model
