#include "sim/python_json.h"

#include <cmath>
#include <doctest/doctest.h>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>

namespace {

std::string float_text(double number) {
    std::string text;
    sim::append_python_float(text, number);
    return text;
}

std::string string_text(std::string_view value) {
    std::string text;
    sim::append_python_string(text, value);
    return text;
}

} // namespace

TEST_CASE("floats are written as Python's repr writes them") {
    CHECK(float_text(0.3) == "0.3");
    CHECK(float_text(1) == "1.0");
    CHECK(float_text(-0.0) == "-0.0");
    CHECK(float_text(0.1 + 0.2) == "0.30000000000000004");
    CHECK(float_text(1.7404556274414062e-05) == "1.7404556274414062e-05");
    CHECK(float_text(0.0001) == "0.0001");
    CHECK(float_text(1e15) == "1000000000000000.0");
    CHECK(float_text(1e16) == "1e+16");
    CHECK(float_text(1.5e300) == "1.5e+300");
    CHECK(float_text(5e-324) == "5e-324");
    CHECK(float_text(std::nan("")) == "NaN");
    CHECK(float_text(-std::numeric_limits<double>::infinity()) == "-Infinity");
}

TEST_CASE("strings are escaped as json.dumps escapes them") {
    CHECK(string_text("plain") == "\"plain\"");
    CHECK(string_text("é – 👍") == R"("\u00e9 \u2013 \ud83d\udc4d")");
    CHECK(string_text("a\"b\\c/d\b\f\n\r\t\x01\x7f") == R"("a\"b\\c/d\b\f\n\r\t\u0001\u007f")");
    CHECK(string_text("\xff") == R"("\ufffd")");
}

TEST_CASE("an object has its members in order, with Python's blanks") {
    const std::string text = sim::PythonObject()
                                 .string("s", "x")
                                 .whole("i", -5)
                                 .number("f", 2)
                                 .boolean("b", true)
                                 .null("n")
                                 .raw("o", sim::PythonObject().text())
                                 .text();
    CHECK(text == R"({"s": "x", "i": -5, "f": 2.0, "b": true, "n": null, "o": {}})");
}

TEST_CASE("a value is rewritten as json.dumps(json.loads()) would") {
    CHECK(
        sim::python_json("{\"a\":1 ,\n \"b\" : [ true,null , -0 , 1e3, 12345678901234567890 ]}") ==
        R"({"a": 1, "b": [true, null, 0, 1000.0, 12345678901234567890]})");
    CHECK(sim::python_json("\"\\u00E9\\/\\u0041\xc3\xa9\\ud83D\\uDC4d\\ud800\\\"\\\\\"") ==
          R"("\u00e9/A\u00e9\ud83d\udc4d\ud800\"\\")");
    CHECK(sim::python_json("[NaN,-Infinity,1e999,-1e999,1e-999,1E-999]") ==
          "[NaN, -Infinity, Infinity, -Infinity, 0.0, 0.0]");
    CHECK(sim::python_json("{}") == "{}");
    CHECK(sim::python_json("[]") == "[]");
    CHECK(sim::python_json(R"("a, b: [c]")") == R"("a, b: [c]")");
}

TEST_CASE("depth is counted outside strings") {
    CHECK(sim::json_depth("1") == 0);
    CHECK(sim::json_depth("[{\"a\":[]},[[1]]]") == 3);
    CHECK(sim::json_depth(R"({"a":"[[[[\"{{{{"})") == 1);
    const std::string deep(100'000, '[');
    CHECK(sim::json_depth(deep) == 100'000);
    CHECK(sim::python_json(deep) == deep);
}
