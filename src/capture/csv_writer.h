// Events as CSV (RFC 4180). Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "wire/event.h"

namespace capture {

/// One field, in quotes where it has to be.
void append_csv(std::string& out, std::string_view field);

/// "n,time,t,conn,dir,kind,type,size,code,data,b64" with its line end.
std::string csv_header();
/// One event as a row of these. `data` holds what is text: the payload, or what a life event says;
/// `b64` the payload where it is none.
void append_csv_row(std::string& out, const wire::EventView& event);

} // namespace capture
