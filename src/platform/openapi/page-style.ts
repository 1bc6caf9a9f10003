/** The style of the pages: one column on a phone, with a list of contents beside it on a desktop, light or dark. */
export const pageStyle = `
:root {
  color-scheme: light dark;
  --ground: #ffffff; --raised: #f6f7f9; --line: #dfe3e8; --text: #1c2330; --quiet: #59636f;
  --link: #0b57b7; --code: #f0f2f5; --block: #f6f7f9;
  --get: #0a6b3d; --post: #0b57b7; --patch: #8a4b00; --delete: #b3261e; --required: #b3261e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #12161c; --raised: #1a2028; --line: #2e3742; --text: #e4e8ee; --quiet: #9aa6b4;
    --link: #82b4ff; --code: #222a34; --block: #0d1116;
    --get: #5fd39a; --post: #82b4ff; --patch: #f0b35e; --delete: #ff8f87; --required: #ff8f87;
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 4rem; text-size-adjust: 100%; -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--ground); color: var(--text);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
a { color: var(--link); text-underline-offset: .15em; }
a:focus-visible, summary:focus-visible, pre:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
code, pre, .path { font-family: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, monospace; font-size: .875em; }
code { background: var(--code); padding: .1em .3em; border-radius: 4px; overflow-wrap: anywhere; }
pre { background: var(--block); border: 1px solid var(--line); border-radius: 8px; margin: .25rem 0 1rem;
  padding: .75rem .9rem; overflow-x: auto; line-height: 1.5; font-size: .8125rem; }
pre code { background: none; padding: 0; font-size: inherit; overflow-wrap: normal; }
.skip { position: absolute; left: -100vw; }
.skip:focus { left: .5rem; top: .5rem; z-index: 2; background: var(--ground); padding: .5rem; }
.top { position: sticky; top: 0; z-index: 1; display: flex; align-items: center; gap: .25rem 1rem;
  padding: .6rem 1rem; background: var(--raised); border-bottom: 1px solid var(--line); }
.brand { font-weight: 700; color: var(--text); text-decoration: none; }
.version { color: var(--quiet); font-size: .875rem; white-space: nowrap; }
.top nav { margin-left: auto; display: flex; gap: 1rem; font-size: .9375rem; }
.top nav a { text-decoration: none; padding: .25rem 0; }
.top nav a[aria-current] { color: var(--text); font-weight: 600; }
.contents { border-bottom: 1px solid var(--line); padding: .5rem 1rem; font-size: .9375rem; }
.contents summary { cursor: pointer; padding: .35rem 0; font-weight: 600; }
.contents nav { max-height: 40vh; overflow-y: auto; }
.contents h2 { font-size: .8125rem; margin: 1rem 0 .25rem; color: var(--quiet); font-weight: 600; }
.contents h2 a { color: inherit; text-decoration: none; }
.contents h2 a:hover { text-decoration: underline; }
.contents ul { list-style: none; margin: 0; padding: 0; }
.contents li a { display: flex; gap: .5rem; padding: .25rem 0; color: var(--text); text-decoration: none; }
.contents li a:hover { color: var(--link); text-decoration: underline; }
main { padding: 1rem; min-width: 0; max-width: 78rem; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: .75rem 0 1rem; }
h2 { font-size: 1.3125rem; line-height: 1.3; margin: 2.5rem 0 .5rem; }
h3 { font-size: 1.125rem; line-height: 1.35; margin: 0 0 .25rem; }
h4 { font-size: .9375rem; margin: 1.25rem 0 .25rem; }
p { margin: .5rem 0; max-width: 46rem; }
.operation, .schema, .error { border-top: 1px solid var(--line); padding: 1.5rem 0; }
h2 + .operation, .operation:target, .schema:target, .error:target { border-top-color: var(--link); }
.error h2 { margin-top: 0; }
.call { display: flex; flex-wrap: wrap; align-items: baseline; gap: .25rem .6rem; margin: .25rem 0 .5rem; }
.path { overflow-wrap: anywhere; }
.method { font: 700 .75rem/1.4 ui-monospace, Menlo, Consolas, monospace; min-width: 3.3em; display: inline-block; }
.get { color: var(--get); } .post { color: var(--post); } .patch, .put { color: var(--patch); } .delete { color: var(--delete); }
.scope, .quiet { color: var(--quiet); font-size: .875rem; }
.fields { margin: 0 0 1rem; padding: 0; }
.field { border-top: 1px solid var(--line); padding: .5rem 0; }
.field dt { display: flex; flex-wrap: wrap; gap: .1rem .6rem; align-items: baseline; }
.field dd { margin: .15rem 0 0; max-width: 46rem; }
.type { color: var(--quiet); font-size: .875rem; }
.required { color: var(--required); font-size: .8125rem; font-weight: 600; }
.rule { color: var(--quiet); font-size: .8125rem; display: block; overflow-wrap: anywhere; }
.codes { margin: 0; padding: 0; list-style: none; display: grid; grid-template-columns: repeat(auto-fill, minmax(min(18rem, 100%), 1fr)); gap: .2rem 1rem; font-size: .875rem; }
.status { font-variant-numeric: tabular-nums; color: var(--quiet); margin-right: .4rem; }
@media (min-width: 62rem) {
  .columns { display: grid; grid-template-columns: 18rem minmax(0, 1fr); }
  .contents { border: 0; border-right: 1px solid var(--line); position: sticky; top: 3rem; height: calc(100vh - 3rem); overflow-y: auto; padding: 0 1rem 2rem; }
  .contents summary { display: none; }
  .contents nav { max-height: none; overflow: visible; }
  main { padding: 1rem 2.5rem 4rem; }
}
@media (min-width: 82rem) {
  .operation { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 30rem); column-gap: 2.5rem; }
  .operation > .intro { grid-column: 1 / -1; }
  .examples { position: sticky; top: 4rem; align-self: start; }
}
@media (max-width: 30rem) { .version { display: none; } }
@media print { .contents, .top { display: none; } }
`
