#include "preferences/style.hpp"

#include "base/hash.hpp"

namespace habeas::preferences {
namespace {

constexpr std::string_view sheet = R"(
:root{color-scheme:light;--ink:#1b1f24;--soft:#525b66;--line:#c9d0d8;--page:#f3f5f7;--card:#fff;
--act:#0b5394;--act-dark:#083b69;--good:#e7f4ea;--good-line:#2f7d46;--bad:#fdecea;--bad-line:#b3261e}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:1.0625rem/1.55 system-ui,-apple-system,
"Segoe UI",Roboto,"Noto Sans",Arial,sans-serif}
header,main,footer{max-width:44rem;margin:0 auto;padding:0 1rem}
header{padding-top:1.25rem;font-weight:600;color:var(--soft)}
main{padding-top:.5rem;padding-bottom:2rem}
h1{font-size:1.75rem;line-height:1.2;margin:.5rem 0 1rem}
h2{font-size:1.2rem;line-height:1.3;margin:0 0 .5rem}
p{margin:0 0 .75rem}
.card{background:var(--card);border:1px solid var(--line);border-radius:.6rem;padding:1.1rem 1.1rem .6rem;
margin:0 0 1rem}
.notice,.problem{border-left:.35rem solid var(--good-line);background:var(--good);padding:.75rem 1rem;
border-radius:.3rem;margin:0 0 1rem}
.problem{border-color:var(--bad-line);background:var(--bad)}
fieldset{border:0;border-top:1px solid var(--line);margin:0;padding:1rem 0 .5rem;min-width:0}
fieldset:first-of-type{border-top:0;padding-top:.25rem}
legend{font-weight:600;padding:0;float:left;width:100%;margin:0 0 .35rem}
legend+*{clear:both}
.text{color:var(--soft);font-size:.97rem;margin:0 0 .25rem}
.meta{color:var(--soft);font-size:.85rem}
.choices{display:flex;flex-wrap:wrap;gap:.25rem 1.5rem;margin:0;padding:0;list-style:none}
.choices+.meta{margin:0 0 .5rem}
.choice{display:flex;align-items:center;gap:.6rem;min-height:2.75rem}
input[type=checkbox]{width:1.4rem;height:1.4rem;margin:0;flex:none;accent-color:var(--act)}
label{cursor:pointer}
input[type=date]{font:inherit;color:inherit;background:var(--card);min-height:2.75rem;padding:.3rem .6rem;
border:1px solid #6b7580;border-radius:.4rem;max-width:100%}
.row{display:flex;flex-wrap:wrap;align-items:end;gap:.75rem;margin:0 0 .6rem}
.row label{display:block}
button{font:inherit;font-weight:600;min-height:2.75rem;padding:.5rem 1.25rem;border:2px solid var(--act);
border-radius:.4rem;background:var(--act);color:#fff;cursor:pointer;margin:0 0 .5rem}
.row button{margin:0}
button:hover{background:var(--act-dark);border-color:var(--act-dark)}
button.quiet{background:var(--card);color:var(--act)}
button.quiet:hover{background:#e8f0f8;color:var(--act-dark)}
:focus-visible{outline:3px solid #c24e00;outline-offset:2px}
blockquote{margin:0 0 .75rem;padding:.1rem 0 .1rem 1rem;border-left:.25rem solid var(--line)}
blockquote p:last-child{margin:0}
ul.plain{margin:0 0 .75rem;padding-left:1.2rem}
a{color:var(--act)}
footer{padding-bottom:2rem;font-size:.9rem;color:var(--soft);white-space:pre-line;overflow-wrap:anywhere}
@media (max-width:30rem){button{width:100%}h1{font-size:1.5rem}}
@media print{body{background:#fff}button{display:none}}
)";

} // namespace

std::string_view style() noexcept {
    return sheet;
}

const std::string& style_hash() {
    static const std::string hash =
        "'sha256-" + base::to_base64(base::as_view(base::sha256(sheet))) + "'";
    return hash;
}

} // namespace habeas::preferences
