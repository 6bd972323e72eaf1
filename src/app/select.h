// `--select FIELD,...`: the fields of the filter language as columns of CSV. Used by the command's
// thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/filter_fields.h"
#include "model/json_path.h"
#include "wire/event.h"

namespace app {

class Select {
public:
    /// Errors name the field at fault, as one line.
    static base::Result<Select> parse(std::string_view list);
    std::string header() const;
    bool has(model::Field field) const;
    /// A line; a field that an event does not have is empty.
    void append(std::string& out, const wire::EventView& event) const;

private:
    struct Column {
        std::string name;
        model::Field field = model::Field::path;
        model::JsonPath path;
    };
    std::vector<Column> columns_;
};

} // namespace app
