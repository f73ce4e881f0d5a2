#include "outbox/html.hpp"

#include "catch.hpp"

namespace outbox_html_test {

using namespace habeas::outbox;

namespace {

std::string text_of(std::string_view html) {
    return read_html(html).text;
}

} // namespace

TEST_CASE("html: blocks become lines and paragraphs, blanks become one", "[outbox][html]") {
    CHECK(text_of("<p>Dear\n   Ann,</p><p>good <b>news</b>!</p>") == "Dear Ann,\n\ngood news!\n");
    CHECK(text_of("<h1>News</h1><div>one</div><div>two<br>three</div>") ==
          "News\n\none\ntwo\nthree\n");
    CHECK(text_of("<div><div><p>a</p></div></div>\n\n<p></p><p>b</p>") == "a\n\nb\n");
    CHECK(text_of("plain, without any tag") == "plain, without any tag\n");
    CHECK(text_of("a&nbsp;b &amp; &lt;c&gt; &euro; &#x1F600; ü") == "a b & <c> € 😀 ü\n");
    CHECK(text_of("<p>a</p><hr><p>b</p>") == "a\n\n----\n\nb\n");
    CHECK(text_of("").empty());
}

TEST_CASE("html: lists, tables and preformatted text keep their shape", "[outbox][html]") {
    CHECK(text_of("<p>We have</p><ul><li>tea</li><li>coffee<ol><li>black</li><li>white</li></ol>"
                  "</li></ul><p>Come!</p>") ==
          "We have\n\n- tea\n- coffee\n  1. black\n  2. white\n\nCome!\n");
    CHECK(text_of("<table><tr><th>Tea</th><td>3 €</td></tr><tr><th>Milk</th><td>1 €</td></tr>"
                  "</table>") == "Tea 3 €\nMilk 1 €\n");
    CHECK(text_of("<pre>a\n  b\nc</pre>") == "a\n  b\nc\n");
}

TEST_CASE("html: links say where they lead, pictures say their words", "[outbox][html]") {
    CHECK(text_of(R"(<p>See <a href="https://shop.example/a?b=1&amp;c=2">our shop</a>.</p>)") ==
          "See our shop <https://shop.example/a?b=1&c=2>.\n");
    CHECK(text_of(R"(<a href="https://shop.example">https://shop.example</a>)") ==
          "https://shop.example\n");
    CHECK(text_of(R"(<a href="mailto:us@shop.example?subject=x">us@shop.example</a>)") ==
          "us@shop.example\n");
    CHECK(text_of(R"(<a href="https://shop.example/tea"><img src="t.png" alt="Green tea"></a>)") ==
          "Green tea <https://shop.example/tea>\n");
    CHECK(text_of(R"(<p>a <img src="x.png" alt=""> b</p>)") == "a b\n");
    CHECK(text_of(R"(<a href="https://shop.example/tea"><img src="t.png"></a>)") ==
          "<https://shop.example/tea>\n");
}

TEST_CASE("html: what nobody reads is not in the text", "[outbox][html]") {
    CHECK(text_of("<html><head><title>T</title><style>p{color:red}</style></head>"
                  "<body><!-- x --><script>alert(1)</script><p>Hello</p></body></html>") ==
          "Hello\n");
}

TEST_CASE("html: broken and hostile markup is read to its end", "[outbox][html]") {
    CHECK(text_of("<p>a<b>b<p>c</i></p>d</div>") == "ab\n\nc\n\nd\n");
    CHECK(text_of("<p>open <a href=\"https://x.example\">link") ==
          "open link <https://x.example>\n");
    std::string deep;
    for (int i = 0; i < 200'000; ++i) {
        deep += "<div><font>";
    }
    CHECK(text_of(deep + "end").find("end") != std::string::npos);
    CHECK_NOTHROW(text_of(std::string("<p>\0a\x01\xff</p>", 10)));
}

TEST_CASE("html: links, pictures and active content are told", "[outbox][html]") {
    const HtmlFacts facts =
        read_html(R"(<a href="/a">one</a><a>two</a><img src="p.gif" width="1" height="1px">)"
                  R"(<img src="q.png" alt="Q"><form><iframe></iframe></form><script></script>)");
    REQUIRE(facts.links.size() == 2);
    CHECK(facts.links[0].target == "/a");
    CHECK(facts.links[1].target.empty());
    REQUIRE(facts.images.size() == 2);
    CHECK(facts.images[0].invisible);
    CHECK(!facts.images[0].words);
    CHECK(facts.images[1].words == "Q");
    CHECK(facts.active == std::set<std::string>{"form", "iframe", "script"});
}

} // namespace outbox_html_test
