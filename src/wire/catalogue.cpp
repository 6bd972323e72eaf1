#include "wire/catalogue.h"

#include <array>

namespace wire {
namespace {

// The table. Sources: PROTOCOL.md parts 1 and 2 for types, fields and kinds; CONTRACT.md ("How
// replay and diff compare") for the classes, which it gives by name: `token` is an id wherever it
// stands. Samples of the guide are composed as this program's composer does, those of the backend
// are written as its Python does.

constexpr FieldKind kString = FieldKind::string, kWhole = FieldKind::whole,
                    kNumber = FieldKind::number, kBoolean = FieldKind::boolean,
                    kObject = FieldKind::object, kList = FieldKind::list, kAny = FieldKind::any;
constexpr FieldClass kFixed = FieldClass::fixed, kClock = FieldClass::clock,
                     kMeasured = FieldClass::measured, kCounter = FieldClass::counter,
                     kId = FieldClass::id;
constexpr Where kGuide = Where::guide, kBackend = Where::backend, kBoth = Where::both;
constexpr bool kNeeded = false, kOptional = true;

//--- fields of commands

constexpr Field kSttStartCommandFields[] = {
    {"data.mode", kString, kOptional, "", kFixed, "push_to_talk (when left out) or continuous",
     kBackend},
    {"data.duration", kNumber, kOptional, "s", kFixed, "how long to listen; 5 when left out",
     kBackend},
    {"data.continuous", kBoolean, kOptional, "", kFixed,
     "goes on listening after a sentence; false when left out", kBackend},
};
constexpr Field kTextInputCommandFields[] = {
    {"data.text", kString, kNeeded, "", kFixed, "what to say"},
};
constexpr Field kDemoFlowCommandFields[] = {
    {"data.text", kString, kOptional, "", kFixed, "what the demonstration says", kGuide},
};
constexpr Field kAuthResponseCommandFields[] = {
    {"data.token", kString, kNeeded, "", kId, "the token of the challenge, unchanged"},
};

//--- fields of events

constexpr Field kLatencyTraceFields[] = {
    {"data.stt_seconds", kNumber, kNeeded, "s", kMeasured, "speech-to-text"},
    {"data.llm_seconds", kNumber, kNeeded, "s", kMeasured, "language model"},
    {"data.tts_seconds", kNumber, kOptional, "s", kMeasured,
     "text-to-speech; negative values happen"},
    {"data.total_processing_seconds", kNumber, kOptional, "s", kMeasured, "all processing"},
    {"data.total_seconds", kNumber, kOptional, "s", kMeasured, "all processing, an older name"},
    {"data.tool_seconds", kNumber, kOptional, "s", kMeasured, "tools; null when none was called"},
    {"data.memory_seconds", kNumber, kOptional, "s", kMeasured, "memory"},
    {"data.stt_audio_duration", kNumber, kOptional, "s", kFixed, "length of the speech heard",
     kBackend},
    {"data.tts_audio_duration", kNumber, kOptional, "s", kFixed, "length of the speech played",
     kBackend},
    {"data.total_interaction_seconds", kNumber, kOptional, "s", kMeasured, "processing and audio"},
    {"data.timestamp", kNumber, kOptional, "s", kClock, "when it was made, seconds since 1970",
     kBackend},
};
constexpr Field kSystemMetricsFields[] = {
    {"data.memory_mb", kNumber, kNeeded, "MB", kMeasured, "memory of the process"},
    {"data.cpu_percent", kNumber, kNeeded, "%", kMeasured, "processor time; may pass 100"},
    {"data.gpu_vram_mb", kNumber, kOptional, "MB", kMeasured, "memory of the graphics card"},
    {"data.uptime_seconds", kNumber, kOptional, "s", kClock, "since the backend started"},
};
constexpr Field kMemoryStoreFields[] = {
    {"data.memory_id", kString, kNeeded, "", kId, "which memory"},
    {"data.content", kString, kNeeded, "", kFixed, "what is remembered", kGuide},
    {"data.content_preview", kString, kNeeded, "", kFixed,
     "the beginning of it, at most 100 characters", kBackend},
    {"data.memory_type", kString, kNeeded, "", kFixed, "conversation, fact, preference", kBackend},
    {"data.importance", kNumber, kNeeded, "", kFixed, "0 to 1", kBackend},
};
constexpr Field kConversationMessageFields[] = {
    {"data.message_id", kString, kNeeded, "", kId, "which message"},
    {"data.content", kString, kNeeded, "", kFixed, "its text"},
    {"data.role", kString, kOptional, "", kFixed, "user or assistant"},
};
constexpr Field kModeChangeFields[] = {
    {"data.mode", kString, kNeeded, "", kFixed, "idle, listening, thinking, speaking"},
};
constexpr Field kEmotionChangeFields[] = {
    {"data.emotion", kString, kNeeded, "", kFixed, "neutral, happy, …"},
};
constexpr Field kAuthChallengeFields[] = {
    {"data.token", kString, kNeeded, "", kId, "to be sent back in auth_response"},
    {"data.message", kString, kNeeded, "", kFixed, "for people"},
};
constexpr Field kAuthResultFields[] = {
    {"data.success", kBoolean, kNeeded, "", kFixed, "true: events follow"},
    {"data.client_id", kString, kOptional, "", kId, "this client, when it succeeded"},
    {"data.message", kString, kOptional, "", kFixed, "why not, when it failed"},
};
constexpr Field kReplayFields[] = {
    {"events", kList, kNeeded, "", kFixed, "the kept events, whole"},
    {"events[*].seq", kWhole, kOptional, "", kCounter, "its number when it was sent"},
    {"events[*].timestamp", kNumber, kOptional, "s", kClock, "its time when it was sent"},
};
constexpr Field kDuplicateMessageFields[] = {
    {"data.original_type", kString, kNeeded, "", kFixed, "type of the command"},
    {"data.count", kWhole, kNeeded, "", kCounter, "how often it has come"},
};
constexpr Field kClientMessageFields[] = {
    {"data.client_id", kString, kNeeded, "", kId, "who sent it"},
    {"data.message_type", kAny, kNeeded, "", kFixed, "its type"},
    {"data.message_data", kAny, kNeeded, "", kFixed, "its data"},
};
constexpr Field kSystemInfoFields[] = {
    {"data.platform", kString, kOptional, "", kFixed, "operating system"},
    {"data.python_version", kString, kOptional, "", kFixed, "of the interpreter"},
    {"data.processor", kString, kOptional, "", kFixed, "its name"},
    {"data.cpu_count", kWhole, kOptional, "", kFixed, "processors"},
    {"data.total_memory_mb", kNumber, kOptional, "MB", kMeasured, "memory of the machine"},
    {"data.memory_stats", kObject, kOptional, "", kFixed, "what is in the memory store"},
};
constexpr Field kSystemErrorFields[] = {
    {"data.message", kString, kNeeded, "", kFixed, "what went wrong"},
    {"data.details", kObject, kOptional, "", kFixed, "more about it"},
};
constexpr Field kComponentTimingFields[] = {
    {"data.component", kString, kNeeded, "", kFixed, "stt, llm, tts, memory, tools, assistant"},
    {"data.operation", kString, kNeeded, "", kFixed, "what it did"},
    {"data.duration_seconds", kNumber, kNeeded, "s", kMeasured, "how long it took"},
};
constexpr Field kComponentStatsFields[] = {
    {"data.components", kObject, kNeeded, "", kFixed, "component, then operation, then figures"},
    {"data.components.*.*.avg_seconds", kNumber, kOptional, "s", kMeasured, "mean"},
    {"data.components.*.*.max_seconds", kNumber, kOptional, "s", kMeasured, "longest"},
    {"data.components.*.*.min_seconds", kNumber, kOptional, "s", kMeasured, "shortest"},
    {"data.components.*.*.total_seconds", kNumber, kOptional, "s", kMeasured, "sum"},
    {"data.components.*.*.count", kWhole, kOptional, "", kCounter, "how many"},
};
constexpr Field kSttStartFields[] = {
    {"data.mode", kString, kNeeded, "", kFixed, "push_to_talk, continuous or file"},
};
constexpr Field kSttInterimFields[] = {
    {"data.text", kString, kNeeded, "", kFixed, "the words"},
    {"data.confidence", kNumber, kNeeded, "", kMeasured, "0 to 1"},
};
constexpr Field kSttResultFields[] = {
    {"data.text", kString, kNeeded, "", kFixed, "the words"},
    {"data.confidence", kNumber, kNeeded, "", kMeasured, "0 to 1"},
    {"data.duration_seconds", kNumber, kNeeded, "s", kMeasured, "how long it took"},
    {"data.language", kString, kOptional, "", kFixed, "as detected"},
};
constexpr Field kSttErrorFields[] = {
    {"data.message", kString, kNeeded, "", kFixed, "what went wrong"},
    {"data.details", kObject, kOptional, "", kFixed, "more about it"},
};
constexpr Field kLlmStartFields[] = {
    {"data.model", kString, kNeeded, "", kFixed, "its name"},
    {"data.prompt_tokens", kWhole, kNeeded, "", kCounter, "length of the prompt"},
    {"data.system_prompt_preview", kString, kOptional, "", kFixed,
     "the beginning of the system prompt"},
};
constexpr Field kLlmTokenFields[] = {
    {"data.token", kString, kNeeded, "", kId, "the piece"},
    {"data.token_index", kWhole, kNeeded, "", kCounter, "its place in the reply"},
};
constexpr Field kLlmResultFields[] = {
    {"data.text", kString, kNeeded, "", kFixed, "the reply"},
    {"data.total_tokens", kWhole, kNeeded, "", kCounter, "prompt and reply"},
    {"data.duration_seconds", kNumber, kNeeded, "s", kMeasured, "how long it took"},
    {"data.has_tool_calls", kBoolean, kNeeded, "", kFixed, "a tool was called"},
};
constexpr Field kLlmErrorFields[] = {
    {"data.message", kString, kNeeded, "", kFixed, "what went wrong"},
    {"data.details", kObject, kOptional, "", kFixed, "more about it"},
};
constexpr Field kTtsStartFields[] = {
    {"data.text", kString, kNeeded, "", kFixed, "what is spoken"},
    {"data.voice", kString, kNeeded, "", kFixed, "the voice"},
    {"data.provider", kString, kNeeded, "", kFixed, "the engine"},
};
constexpr Field kTtsProgressFields[] = {
    {"data.percent_complete", kNumber, kNeeded, "%", kFixed, "0 to 100"},
};
constexpr Field kTtsResultFields[] = {
    {"data.duration_seconds", kNumber, kNeeded, "s", kMeasured, "how long it took"},
    {"data.audio_duration_seconds", kNumber, kNeeded, "s", kMeasured, "length of the speech"},
    {"data.char_count", kWhole, kNeeded, "", kFixed, "characters spoken"},
};
constexpr Field kTtsErrorFields[] = {
    {"data.message", kString, kNeeded, "", kFixed, "what went wrong"},
    {"data.details", kObject, kOptional, "", kFixed, "more about it"},
};
constexpr Field kTtsStatusFields[] = {
    {"data.status", kString, kNeeded, "", kFixed, "loaded, unloaded, switching"},
    {"data.details", kObject, kOptional, "", kFixed, "more about it"},
};
constexpr Field kTtsStopFields[] = {
    {"data.reason", kString, kOptional, "", kFixed, "why"},
};
constexpr Field kConversationStartFields[] = {
    {"data.session_id", kString, kNeeded, "", kId, "which session"},
    {"data.timestamp", kNumber, kNeeded, "s", kClock, "seconds since 1970"},
};
constexpr Field kConversationEndFields[] = {
    {"data.session_id", kString, kNeeded, "", kId, "which session"},
    {"data.duration_seconds", kNumber, kNeeded, "s", kMeasured, "its length"},
    {"data.turns_count", kWhole, kNeeded, "", kCounter, "turns in it"},
};
constexpr Field kConversationTurnFields[] = {
    {"data.role", kString, kNeeded, "", kFixed, "user, assistant or system"},
    {"data.content", kString, kNeeded, "", kFixed, "what was said"},
    {"data.turn_id", kWhole, kNeeded, "", kCounter, "its number in the session"},
};
constexpr Field kMemoryRetrieveFields[] = {
    {"data.query", kString, kNeeded, "", kFixed, "what was searched"},
    {"data.results_count", kWhole, kNeeded, "", kCounter, "how many were found"},
    {"data.top_result_preview", kString, kOptional, "", kFixed, "the beginning of the best"},
};
constexpr Field kMemoryUpdateFields[] = {
    {"data.memory_id", kString, kNeeded, "", kId, "which memory"},
    {"data.field", kString, kNeeded, "", kFixed, "what changed"},
    {"data.old_value", kAny, kNeeded, "", kFixed, "before"},
    {"data.new_value", kAny, kNeeded, "", kFixed, "after"},
};
constexpr Field kMemoryDebugOperationFields[] = {
    {"data.operation_type", kString, kNeeded, "", kFixed, "add_turn, add_memory, …"},
    {"data.timestamp", kString, kNeeded, "", kClock, "local time, no zone"},
    {"data.details", kObject, kOptional, "", kFixed, "more about it"},
};
constexpr Field kMemoryDebugStatsFields[] = {
    {"data.stats", kObject, kNeeded, "", kFixed, "figures by kind of memory"},
    {"data.timestamp", kNumber, kNeeded, "s", kClock, "seconds since 1970"},
};
constexpr Field kMemoryDebugSearchFields[] = {
    {"data.operation_type", kString, kOptional, "", kFixed, "what was done"},
    {"data.timestamp", kString, kOptional, "", kClock, "local time, no zone"},
    {"data.details", kObject, kOptional, "", kFixed, "more about it"},
    {"data.query", kString, kOptional, "", kFixed, "what was searched"},
    {"data.memory_type", kString, kOptional, "", kFixed, "only this kind"},
    {"data.min_importance", kNumber, kOptional, "", kFixed, "0 to 1"},
    {"data.results", kList, kOptional, "", kFixed, "what was found"},
    {"data.results_count", kWhole, kOptional, "", kCounter, "how many"},
};
constexpr Field kMemoryDebugReinforceFields[] = {
    {"data.operation_type", kString, kOptional, "", kFixed, "what was done"},
    {"data.timestamp", kString, kOptional, "", kClock, "local time, no zone"},
    {"data.details", kObject, kOptional, "", kFixed, "more about it"},
    {"data.memory_id", kString, kOptional, "", kId, "which memory"},
    {"data.strength", kNumber, kOptional, "", kFixed, "0 to 1"},
    {"data.success", kBoolean, kOptional, "", kFixed, "it was done"},
    {"data.memory_preview", kString, kOptional, "", kFixed, "the beginning of it"},
};
constexpr Field kMemoryDebugForgetFields[] = {
    {"data.operation_type", kString, kOptional, "", kFixed, "what was done"},
    {"data.timestamp", kString, kOptional, "", kClock, "local time, no zone"},
    {"data.details", kObject, kOptional, "", kFixed, "more about it"},
    {"data.memory_id", kString, kOptional, "", kId, "which memory"},
    {"data.success", kBoolean, kOptional, "", kFixed, "it was done"},
    {"data.memory_preview", kString, kOptional, "", kFixed, "the beginning of it"},
};
constexpr Field kMemoryDebugSnapshotFields[] = {
    {"data.operation_type", kString, kOptional, "", kFixed, "what was done"},
    {"data.timestamp", kString, kOptional, "", kClock, "local time, no zone"},
    {"data.details", kObject, kOptional, "", kFixed, "more about it"},
    {"data.action", kString, kOptional, "", kFixed, "create, save, load or apply"},
    {"data.snapshot_id", kString, kOptional, "", kFixed, "which snapshot"},
    {"data.success", kBoolean, kOptional, "", kFixed, "it was done"},
    {"data.metadata", kObject, kOptional, "", kFixed, "more about it"},
};
constexpr Field kToolCallFields[] = {
    {"data.tool_name", kString, kNeeded, "", kFixed, "which tool"},
    {"data.parameters", kObject, kNeeded, "", kFixed, "its arguments"},
};
constexpr Field kToolResultFields[] = {
    {"data.tool_name", kString, kNeeded, "", kFixed, "which tool"},
    {"data.result_preview", kString, kNeeded, "", kFixed, "the beginning of the answer"},
    {"data.duration_seconds", kNumber, kNeeded, "s", kMeasured, "how long it took"},
};
constexpr Field kToolErrorFields[] = {
    {"data.tool_name", kString, kNeeded, "", kFixed, "which tool"},
    {"data.message", kString, kNeeded, "", kFixed, "what went wrong"},
    {"data.details", kObject, kOptional, "", kFixed, "more about it"},
};

template <std::size_t N>
constexpr FieldList list(const Field (&fields)[N]) {
    return {fields, N};
}

//--- types

constexpr bool kCommand = true, kEvent = false;
constexpr bool kBare = true, kByClock = true;

constexpr MessageType kTypes[] = {
    {"stt_start", kCommand, kBoth, "Starts speech-to-text.", list(kSttStartCommandFields),
     R"({"type":"stt_start","data":{},"timestamp":"2023-06-01T12:34:56.789Z"})"},
    {"stt_stop",
     kCommand,
     kBoth,
     "Stops speech-to-text.",
     {},
     R"({"type":"stt_stop","data":{},"timestamp":"2023-06-01T12:34:56.789Z"})"},
    {"text_input", kCommand, kBoth,
     "Sends a text as if it had been spoken; the backend ignores it while a turn runs.",
     list(kTextInputCommandFields),
     R"({"type":"text_input","data":{"text":"What time is it?"},"timestamp":"2023-06-01T12:34:56.789Z"})"},
    {"demo_flow", kCommand, kBoth, "Runs a demonstration turn; the backend ignores its data.",
     list(kDemoFlowCommandFields),
     R"({"type":"demo_flow","data":{"text":"Show me what you can do"},"timestamp":"2023-06-01T12:34:56.789Z"})"},
    {"auth_response", kCommand, kBackend,
     "Answers auth_challenge; until then every other command is ignored.",
     list(kAuthResponseCommandFields),
     R"({"type":"auth_response","data":{"token":"0b8d2625-94dd-4d60-a31e-ccb30a0ce1a4:1795396181:75b98d554d1c1f93:902ee528b6cfce5a8c2aa9f6cc2a743c083e004cbaf0702382917a96dc0ea92f"}})",
     kBare},
    {"tts_stop",
     kCommand,
     kBackend,
     "Stops the speech that is being played.",
     {},
     R"({"type":"tts_stop","data":{},"timestamp":"2023-06-01T12:34:56.789Z"})"},
    {"latency_trace", kEvent, kBoth,
     "Where the time of a reply went; three come for each reply and may disagree.",
     list(kLatencyTraceFields),
     R"({"version": "1.0", "seq": 41, "timestamp": 3611.810967062, "type": "latency_trace", "data": {"stt_seconds": 0.30034565925598145, "llm_seconds": 0.3437967300415039, "tts_seconds": 0.1504075527191162, "total_processing_seconds": 0.7945499420166016, "total_seconds": 0.7945499420166016, "tool_seconds": null, "stt_audio_duration": 0.0, "tts_audio_duration": 1.25, "total_interaction_seconds": 2.0445499420166016}})"},
    {"system_metrics", kEvent, kBoth,
     "How much the backend uses; the heartbeat: every 5 s from the backend, every 2 s in the guide.",
     list(kSystemMetricsFields),
     R"({"version": "1.0", "seq": 42, "timestamp": 3611.923967062, "type": "system_metrics", "data": {"memory_mb": 1024.5, "cpu_percent": 30.2, "gpu_vram_mb": 0, "uptime_seconds": 15.647669553756714}})",
     !kBare, kByClock},
    {"memory_store", kEvent, kBoth, "Something was put into memory.", list(kMemoryStoreFields),
     R"({"version": "1.0", "seq": 43, "timestamp": 3612.036967062, "type": "memory_store", "data": {"content_preview": "User said: What time is it?", "memory_type": "conversation", "importance": 0.6, "memory_id": "mem_3a69546f"}})"},
    {"conversation_message", kEvent, kGuide,
     "One message of the conversation; the real backend sends conversation_turn instead.",
     list(kConversationMessageFields),
     R"({"type":"conversation_message","data":{"message_id":"123","role":"assistant","content":"It is half past twelve."},"timestamp":"2023-06-01T12:34:56.789Z"})"},
    {"mode_change", kEvent, kGuide, "What Coda is doing now; the real backend never sends it.",
     list(kModeChangeFields),
     R"({"type":"mode_change","data":{"mode":"listening"},"timestamp":"2023-06-01T12:34:56.789Z"})"},
    {"emotion_change", kEvent, kGuide, "The mood of the reply; the real backend never sends it.",
     list(kEmotionChangeFields),
     R"({"type":"emotion_change","data":{"emotion":"neutral"},"timestamp":"2023-06-01T12:34:56.789Z"})"},
    {"auth_challenge", kEvent, kBackend,
     "First frame of a connection; commands are ignored until it is answered, after 30 s the backend closes.",
     list(kAuthChallengeFields),
     R"({"type": "auth_challenge", "data": {"token": "0b8d2625-94dd-4d60-a31e-ccb30a0ce1a4:1795396181:75b98d554d1c1f93:902ee528b6cfce5a8c2aa9f6cc2a743c083e004cbaf0702382917a96dc0ea92f", "message": "Please authenticate with this token"}})",
     kBare},
    {"auth_result", kEvent, kBackend,
     "Whether the authentication succeeded; after a wrong token it may be tried again.",
     list(kAuthResultFields),
     R"({"type": "auth_result", "data": {"success": true, "client_id": "0b8d2625-94dd-4d60-a31e-ccb30a0ce1a4"}})",
     kBare},
    {"replay", kEvent, kBackend,
     "Up to 50 events kept from before this connection, with their old seq and time.",
     list(kReplayFields),
     R"({"type": "replay", "events": [{"version": "1.0", "seq": 28, "timestamp": 3609.847979036, "type": "memory_store", "data": {"content_preview": "User said: hello", "memory_type": "conversation", "importance": 0.6, "memory_id": "mem_e9db0290"}}]})",
     kBare},
    {"duplicate_message", kEvent, kBackend,
     "A command of this client was dropped: same type and data as another within 5 s.",
     list(kDuplicateMessageFields),
     R"({"type": "duplicate_message", "data": {"original_type": "text_input", "count": 2}})",
     kBare},
    {"client_message", kEvent, kBackend,
     "A command arrived: the echo that goes to all clients, the only proof of it.",
     list(kClientMessageFields),
     R"({"version": "1.0", "seq": 44, "timestamp": 3612.149967062, "type": "client_message", "data": {"client_id": "0b8d2625-94dd-4d60-a31e-ccb30a0ce1a4", "message_type": "text_input", "message_data": {"text": "What time is it?"}}})"},
    {"system_info", kEvent, kBackend, "The machine of the backend, or figures of its memory store.",
     list(kSystemInfoFields),
     R"({"version": "1.0", "seq": 45, "timestamp": 3612.262967062, "type": "system_info", "data": {"platform": "Linux-6.1", "python_version": "3.11.2", "processor": "x86_64", "cpu_count": 8, "total_memory_mb": 32011.4}})"},
    {"system_error", kEvent, kBackend, "Something failed outside a turn.", list(kSystemErrorFields),
     R"({"version": "1.0", "seq": 46, "timestamp": 3612.375967062, "type": "system_error", "data": {"message": "Microphone not found", "details": {"device": "default"}}})"},
    {"component_timing", kEvent, kBackend, "How long one operation took.",
     list(kComponentTimingFields),
     R"({"version": "1.0", "seq": 47, "timestamp": 3612.488967062, "type": "component_timing", "data": {"component": "llm", "operation": "generate_response", "duration_seconds": 0.34238338470458984}})"},
    {"component_stats", kEvent, kBackend, "Times of all operations so far, by component.",
     list(kComponentStatsFields),
     R"({"version": "1.0", "seq": 48, "timestamp": 3612.601967062, "type": "component_stats", "data": {"components": {"llm": {"generate_response": {"avg_seconds": 0.34238338470458984, "max_seconds": 0.34238338470458984, "min_seconds": 0.34238338470458984, "count": 1, "total_seconds": 0.34238338470458984}}}}})",
     !kBare, kByClock},
    {"stt_start", kEvent, kBackend, "Speech-to-text began.", list(kSttStartFields),
     R"({"version": "1.0", "seq": 49, "timestamp": 3612.714967062, "type": "stt_start", "data": {"mode": "push_to_talk"}})"},
    {"stt_interim", kEvent, kBackend, "What was understood so far.", list(kSttInterimFields),
     R"({"version": "1.0", "seq": 50, "timestamp": 3612.827967062, "type": "stt_interim", "data": {"text": "What ti", "confidence": 0.8}})"},
    {"stt_result", kEvent, kBackend, "What was understood.", list(kSttResultFields),
     R"({"version": "1.0", "seq": 51, "timestamp": 3612.940967062, "type": "stt_result", "data": {"text": "What time is it?", "confidence": 0.97, "duration_seconds": 0.3, "language": "en"}})"},
    {"stt_error", kEvent, kBackend, "Speech-to-text failed.", list(kSttErrorFields),
     R"({"version": "1.0", "seq": 52, "timestamp": 3613.053967062, "type": "stt_error", "data": {"message": "No speech detected", "details": null}})"},
    {"llm_start", kEvent, kBackend, "The language model began a reply.", list(kLlmStartFields),
     R"({"version": "1.0", "seq": 53, "timestamp": 3613.166967062, "type": "llm_start", "data": {"model": "gemma:2b", "prompt_tokens": 120, "system_prompt_preview": "You are Coda..."}})"},
    {"llm_token", kEvent, kBackend, "One piece of the reply; each comes twice with another seq.",
     list(kLlmTokenFields),
     R"({"version": "1.0", "seq": 54, "timestamp": 3613.279967062, "type": "llm_token", "data": {"token": " half", "token_index": 2}})"},
    {"llm_result", kEvent, kBackend, "The whole reply.", list(kLlmResultFields),
     R"({"version": "1.0", "seq": 55, "timestamp": 3613.392967062, "type": "llm_result", "data": {"text": "It is half past twelve.", "total_tokens": 137, "duration_seconds": 0.3425920009613037, "has_tool_calls": false}})"},
    {"llm_error", kEvent, kBackend, "The language model failed.", list(kLlmErrorFields),
     R"({"version": "1.0", "seq": 56, "timestamp": 3613.505967062, "type": "llm_error", "data": {"message": "Model not loaded", "details": {"model": "gemma:2b"}}})"},
    {"tts_start", kEvent, kBackend, "Text-to-speech began.", list(kTtsStartFields),
     R"({"version": "1.0", "seq": 57, "timestamp": 3613.618967062, "type": "tts_start", "data": {"text": "It is half past twelve.", "voice": "default", "provider": "elevenlabs"}})"},
    {"tts_progress", kEvent, kBackend, "How far text-to-speech is.", list(kTtsProgressFields),
     R"({"version": "1.0", "seq": 58, "timestamp": 3613.731967062, "type": "tts_progress", "data": {"percent_complete": 50}})"},
    {"tts_result", kEvent, kBackend, "The speech is ready.", list(kTtsResultFields),
     R"({"version": "1.0", "seq": 59, "timestamp": 3613.844967062, "type": "tts_result", "data": {"duration_seconds": 0.1504075527191162, "audio_duration_seconds": 1.25, "char_count": 23}})"},
    {"tts_error", kEvent, kBackend, "Text-to-speech failed.", list(kTtsErrorFields),
     R"({"version": "1.0", "seq": 60, "timestamp": 3613.957967062, "type": "tts_error", "data": {"message": "quota exceeded", "details": null}})"},
    {"tts_status", kEvent, kBackend, "The state of the speech engine changed.",
     list(kTtsStatusFields),
     R"({"version": "1.0", "seq": 61, "timestamp": 3614.070967062, "type": "tts_status", "data": {"status": "loaded", "details": null}})"},
    {"tts_stop", kEvent, kBackend, "The speech was stopped.", list(kTtsStopFields),
     R"({"version": "1.0", "seq": 62, "timestamp": 3614.183967062, "type": "tts_stop", "data": {"reason": "user_interrupt"}})"},
    {"conversation_start", kEvent, kBackend, "A session began.", list(kConversationStartFields),
     R"({"version": "1.0", "seq": 63, "timestamp": 3614.296967062, "type": "conversation_start", "data": {"session_id": "session_1795396181", "timestamp": 1795396181.5123}})"},
    {"conversation_end", kEvent, kBackend, "A session ended.", list(kConversationEndFields),
     R"({"version": "1.0", "seq": 64, "timestamp": 3614.409967062, "type": "conversation_end", "data": {"session_id": "session_1795396181", "duration_seconds": 62.118, "turns_count": 14}})"},
    {"conversation_turn", kEvent, kBackend, "One side of the conversation said something.",
     list(kConversationTurnFields),
     R"({"version": "1.0", "seq": 65, "timestamp": 3614.522967062, "type": "conversation_turn", "data": {"role": "assistant", "content": "It is half past twelve.", "turn_id": 2}})"},
    {"memory_retrieve", kEvent, kBackend, "Memory was searched for a reply.",
     list(kMemoryRetrieveFields),
     R"({"version": "1.0", "seq": 66, "timestamp": 3614.635967062, "type": "memory_retrieve", "data": {"query": "What time is it?", "results_count": 1, "top_result_preview": "The user likes short answers."}})"},
    {"memory_update", kEvent, kBackend, "A memory was changed.", list(kMemoryUpdateFields),
     R"({"version": "1.0", "seq": 67, "timestamp": 3614.748967062, "type": "memory_update", "data": {"memory_id": "mem_3a69546f", "field": "importance", "old_value": 0.6, "new_value": 0.8}})"},
    {"memory_debug_operation",
     kEvent, kBackend, "Memory did something; its timestamp has no zone.", list(kMemoryDebugOperationFields), R"({"version": "1.0", "seq": 68, "timestamp": 3614.861967062, "type": "memory_debug_operation", "data": {"operation_type": "add_turn", "timestamp": "2026-11-23T01:09:43", "details": {"role": "user", "n": 1}}})"},
    {"memory_debug_stats", kEvent, kBackend, "What is in memory.", list(kMemoryDebugStatsFields),
     R"({"version": "1.0", "seq": 69, "timestamp": 3614.974967062, "type": "memory_debug_stats", "data": {"stats": {"short_term": {"turn_count": 1, "max_turns": 20}}, "timestamp": 1795396183.2082117}})"},
    {"memory_debug_search", kEvent, kBackend, "Memory was searched by hand.",
     list(kMemoryDebugSearchFields),
     R"({"version": "1.0", "seq": 70, "timestamp": 3615.087967062, "type": "memory_debug_search", "data": {"query": "name", "memory_type": null, "min_importance": 0.5, "results": [{"content": "The user's name is Alice."}], "results_count": 1}})"},
    {"memory_debug_reinforce", kEvent, kBackend, "A memory was made stronger by hand.",
     list(kMemoryDebugReinforceFields),
     R"({"version": "1.0", "seq": 71, "timestamp": 3615.200967062, "type": "memory_debug_reinforce", "data": {"memory_id": "mem_3a69546f", "strength": 0.8, "success": true, "memory_preview": null}})"},
    {"memory_debug_forget", kEvent, kBackend, "A memory was deleted by hand.",
     list(kMemoryDebugForgetFields),
     R"({"version": "1.0", "seq": 72, "timestamp": 3615.313967062, "type": "memory_debug_forget", "data": {"memory_id": "mem_3a69546f", "success": true, "memory_preview": "User said: What time is it?"}})"},
    {"memory_debug_snapshot", kEvent, kBackend, "All of memory was saved or loaded.",
     list(kMemoryDebugSnapshotFields),
     R"({"version": "1.0", "seq": 73, "timestamp": 3615.426967062, "type": "memory_debug_snapshot", "data": {"action": "create", "snapshot_id": "snapshot_123", "success": true, "metadata": null}})"},
    {"tool_call", kEvent, kBackend, "The model calls a tool.", list(kToolCallFields),
     R"({"version": "1.0", "seq": 74, "timestamp": 3615.539967062, "type": "tool_call", "data": {"tool_name": "get_time", "parameters": {}}})"},
    {"tool_result", kEvent, kBackend, "A tool answered.", list(kToolResultFields),
     R"({"version": "1.0", "seq": 75, "timestamp": 3615.652967062, "type": "tool_result", "data": {"tool_name": "get_time", "result_preview": "It's 12:34.", "duration_seconds": 1.7404556274414062e-05}})"},
    {"tool_error", kEvent, kBackend, "A tool failed.", list(kToolErrorFields),
     R"({"version": "1.0", "seq": 76, "timestamp": 3615.765967062, "type": "tool_error", "data": {"tool_name": "get_weather", "message": "no network", "details": {"code": 7}}})"},
};
constexpr std::size_t kTypeCount = sizeof kTypes / sizeof kTypes[0];

//--- words

constexpr std::array<const char*, 7> kKindWords = {
    "string", "whole number", "number", "true or false", "object", "list", "anything"};
static_assert(static_cast<std::size_t>(FieldKind::any) + 1 == kKindWords.size());
constexpr std::array<const char*, 5> kClassWords = {"fixed", "clock", "measured", "counter", "id"};
static_assert(static_cast<std::size_t>(FieldClass::id) + 1 == kClassWords.size());
constexpr std::array<const char*, 3> kWhereWords = {"guide", "backend", "guide and backend"};
static_assert(static_cast<std::size_t>(Where::both) + 1 == kWhereWords.size());

//--- paths

/// Takes the first step ("data", "[0]") off `path`.
std::string_view take_step(std::string_view* path) {
    if (!path->empty() && path->front() == '.') path->remove_prefix(1);
    const bool item = !path->empty() && path->front() == '[';
    std::size_t end = item ? path->find(']') : path->find_first_of(".[");
    end = end == std::string_view::npos ? path->size() : end + (item ? 1 : 0);
    const std::string_view step = path->substr(0, end);
    path->remove_prefix(end);
    return step;
}

using Match = PathMatch;

Match match_path(std::string_view field, std::string_view path) {
    while (!field.empty()) {
        if (path.empty()) return Match::none;
        const std::string_view wanted = take_step(&field), step = take_step(&path);
        const bool item = !step.empty() && step.front() == '[';
        if (wanted != step && !(wanted == "*" && !item) && !(wanted == "[*]" && item))
            return Match::none;
    }
    return path.empty() ? Match::exact : Match::below;
}

/// CONTRACT.md's rule by name, for fields of Coda's types that the table does not list.
FieldClass class_by_name(std::string_view path) {
    if (path == "timestamp" || path == "data.timestamp") return kClock;
    std::string_view name;
    while (!path.empty()) name = take_step(&path);
    if (name == "uptime_seconds") return kClock;
    if (name.ends_with("_seconds") || name.ends_with("_mb") || name == "cpu_percent" ||
        name == "confidence")
        return kMeasured;
    for (const std::string_view counter :
         {"seq", "turn_id", "turns_count", "token_index", "count", "results_count"})
        if (name == counter) return kCounter;
    if (name.ends_with("_tokens")) return kCounter;
    for (const std::string_view id :
         {"client_id", "session_id", "memory_id", "message_id", "token"})
        if (name == id) return kId;
    return kFixed;
}

/// What a client put into message_data comes back as it was. Only ids have a class there: a replay
/// sends them renamed (CONTRACT.md).
bool is_echoed(std::string_view path) {
    return match_path("data.message_data", path) == Match::below;
}

} // namespace

const char* word(FieldKind kind) { return kKindWords[static_cast<std::size_t>(kind)]; }
const char* word(FieldClass cls) { return kClassWords[static_cast<std::size_t>(cls)]; }
const char* word(Where where) { return kWhereWords[static_cast<std::size_t>(where)]; }

MessageTypeList catalogue() { return {kTypes, kTypeCount}; }

const MessageType* find_command(std::string_view name) {
    for (const MessageType& type : kTypes)
        if (type.command && type.name == name) return &type;
    return nullptr;
}

const MessageType* find_event(std::string_view name) {
    for (const MessageType& type : kTypes)
        if (!type.command && type.name == name) return &type;
    return nullptr;
}

const MessageType* find_type(std::string_view name) {
    const MessageType* event = find_event(name);
    return event ? event : find_command(name);
}

PathMatch match_field(std::string_view field_path, std::string_view path) {
    return match_path(field_path, path);
}

const Field* find_field(const MessageType& type, std::string_view path) {
    for (const Field& field : type.fields)
        if (match_path(field.path, path) == Match::exact) return &field;
    return nullptr;
}

FieldClass field_class(std::string_view type, std::string_view path) {
    if (path == "timestamp") return kClock;
    if (path == "seq") return kCounter;
    const MessageType* known = find_type(type);
    if (!known) return kFixed;
    if (is_echoed(path)) return class_by_name(path) == kId ? kId : kFixed;
    for (const Field& field : known->fields)
        if (match_path(field.path, path) == Match::exact) return field.cls;
    return class_by_name(path);
}

} // namespace wire
