#include "model/link_form.h"

#include <doctest/doctest.h>

#include <functional>

using model::LinkField;
using model::LinkForm;

namespace {

/// The fault of a form in which one field was changed; empty when there is none.
std::string fault_with(LinkField field, const std::function<void(LinkForm&)>& change) {
    LinkForm form = model::form_of({});
    change(form);
    const auto faults = model::faults_of(form);
    if (faults.empty()) return "";
    CHECK(faults.size() == 1);
    CHECK(faults[0].field == field);
    return faults[0].text;
}

} // namespace

TEST_CASE("options come back from the form as they went in") {
    wire::LinkOptions options;
    options.url = "wss://coda.lan:8765/x";
    options.headers = {{"X-Client", "debugger"}, {"Authorization", "Bearer x"}};
    options.subprotocols = {"coda.v1", "coda.v2"};
    options.origin = "https://coda.lan";
    options.deflate = false;
    options.auto_auth = false;
    options.answer_pings = false;
    options.preamble = {"{\"type\":\"subscribe\"}", "b"};
    options.insecure = true;
    options.ping_interval_s = 2.5;
    options.connect_timeout_s = 7;
    options.retry_first = 3;
    options.retry_after_open = wire::LinkOptions::kForever;
    options.max_message = 64u << 20;
    options.ca_file = "/etc/ca.pem";
    options.cert_file = "c.pem";
    options.key_file = "k.pem";
    const LinkForm form = model::form_of(options);
    CHECK(form.max_message == "64 MiB");
    CHECK(form.retry_after_open == "forever");
    CHECK(model::faults_of(form).empty());
    wire::LinkOptions base;
    base.url = options.url;
    const wire::LinkOptions back = model::with_form(base, form);
    CHECK(back.url == options.url);
    CHECK(back.headers == options.headers);
    CHECK(back.subprotocols == options.subprotocols);
    CHECK(back.origin == options.origin);
    CHECK_FALSE(back.deflate);
    CHECK_FALSE(back.auto_auth);
    CHECK_FALSE(back.answer_pings);
    CHECK(back.preamble == options.preamble);
    CHECK(back.insecure);
    CHECK(back.ping_interval_s == 2.5);
    CHECK(back.connect_timeout_s == 7);
    CHECK(back.retry_first == 3);
    CHECK(back.retry_after_open == wire::LinkOptions::kForever);
    CHECK(back.max_message == options.max_message);
    CHECK(back.ca_file == options.ca_file);
    CHECK(back.cert_file == options.cert_file);
    CHECK(back.key_file == options.key_file);
}

TEST_CASE("every field that is wrong is told with what would be right") {
    const auto header = [](const char* name, const char* value) {
        return [=](LinkForm& form) { form.headers = {{name, value}}; };
    };
    const auto put = [](std::string LinkForm::*field, const char* text) {
        return [=](LinkForm& form) { form.*field = text; };
    };
    CHECK(fault_with(LinkField::headers, header("A B", "x")) ==
          "A header's name is one word, without colon or blanks");
    CHECK(fault_with(LinkField::headers, header("", "x")) == "A header needs a name");
    CHECK(fault_with(LinkField::headers, header("Upgrade", "x")) ==
          "Upgrade is written by the handshake itself");
    CHECK(fault_with(LinkField::headers, header("X", "a\nb")) ==
          "The value of X has control characters in it");
    CHECK(fault_with(LinkField::headers, header("Origin", "x")) ==
          "Origin has a field of its own beside");
    CHECK(fault_with(LinkField::headers, header("", "")).empty());
    CHECK(fault_with(LinkField::subprotocols, put(&LinkForm::subprotocols, "a, b:c")) ==
          "\"b:c\" is not a word that a header may hold");
    CHECK(fault_with(LinkField::subprotocols, put(&LinkForm::subprotocols, "a b a")) ==
          "\"a\" is offered twice");
    for (const char* wrong : {"", "0", "-1", "ten", "inf", "nan", "1e9", "5 min"})
        CHECK_FALSE(
            fault_with(LinkField::connect_timeout, put(&LinkForm::connect_timeout, wrong)).empty());
    CHECK(
        fault_with(LinkField::connect_timeout, put(&LinkForm::connect_timeout, " 2.5 s")).empty());
    CHECK(fault_with(LinkField::ping_interval, put(&LinkForm::ping_interval, "")).empty());
    CHECK_FALSE(fault_with(LinkField::ping_interval, put(&LinkForm::ping_interval, "-1")).empty());
    CHECK(fault_with(LinkField::retry_first, put(&LinkForm::retry_first, "Forever")).empty());
    for (const char* wrong : {"", "-1", "1.5", "never", "99999999999"})
        CHECK_FALSE(fault_with(LinkField::retry_first, put(&LinkForm::retry_first, wrong)).empty());
    for (const char* wrong : {"", "0", "0 MiB", "5 GiB", "many", "-1", "1 XB", "1e400"})
        CHECK_FALSE(fault_with(LinkField::max_message, put(&LinkForm::max_message, wrong)).empty());
    CHECK(fault_with(LinkField::key_file, put(&LinkForm::cert_file, "c.pem")) ==
          "The certificate needs its key beside it");
    CHECK(fault_with(LinkField::cert_file, put(&LinkForm::key_file, "k.pem")) ==
          "The key needs its certificate beside it");
}

TEST_CASE("sizes are read with their units, and written in the largest that is whole") {
    std::uint64_t bytes = 0;
    CHECK(model::bytes_from_text("32 MiB", &bytes));
    CHECK(bytes == 32u << 20);
    CHECK(model::bytes_from_text("1.5kb", &bytes));
    CHECK(bytes == 1500);
    CHECK(model::bytes_from_text("17", &bytes));
    CHECK(bytes == 17);
    CHECK(model::text_from_bytes(2ull << 30) == "2 GiB");
    CHECK(model::text_from_bytes(1'000'000) == "1 MB");
    CHECK(model::text_from_bytes(1501) == "1501 B");
}

TEST_CASE("a code and a reason are checked before they are sent") {
    CHECK(model::faults_of_close("1000", "done").none());
    CHECK(model::faults_of_close("", "").none());
    CHECK(model::faults_of_close(" 4001 ", "").none());
    for (const char* wrong : {"999", "1005", "1006", "1015", "2999", "5000", "x", "1000.5"})
        CHECK_FALSE(model::faults_of_close(wrong, "").code.empty());
    CHECK(model::faults_of_close("1000", std::string(123, 'a')).none());
    CHECK(model::faults_of_close("1000", std::string(124, 'a')).reason ==
          "124 bytes; a Close frame has room for 123");
    CHECK(model::faults_of_close("1000", "\xFF").reason == "The reason is not UTF-8");
    CHECK(model::faults_of_close("", "why").reason == "A reason needs a code before it");
}
