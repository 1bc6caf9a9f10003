export const pageStyle = `
:root {
  color-scheme: light dark;
  --ground: #ffffff; --raised: #f6f7f9; --line: #dfe3e8; --text: #1c2330; --quiet: #59636f;
  --link: #0b57b7; --code: #f0f2f5;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #12161c; --raised: #1a2028; --line: #2e3742; --text: #e4e8ee; --quiet: #9aa6b4;
    --link: #82b4ff; --code: #222a34;
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 4rem; text-size-adjust: 100%; -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--ground); color: var(--text);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
a { color: var(--link); text-underline-offset: .15em; }
a:focus-visible, summary:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
code { font-family: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, monospace; font-size: .875em;
  background: var(--code); padding: .1em .3em; border-radius: 4px; overflow-wrap: anywhere; }
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
.contents ul { list-style: none; margin: 0; padding: 0; }
.contents li a { display: flex; gap: .5rem; padding: .25rem 0; color: var(--text); text-decoration: none; }
.contents li a:hover { color: var(--link); text-decoration: underline; }
main { padding: 1rem; min-width: 0; max-width: 78rem; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: .75rem 0 1rem; }
h2 { font-size: 1.3125rem; line-height: 1.3; margin: 2.5rem 0 .5rem; }
p { margin: .5rem 0; max-width: 46rem; }
.error { border-top: 1px solid var(--line); padding: 1.5rem 0; }
.error:target { border-top-color: var(--link); }
.error h2 { margin-top: 0; }
.call { display: flex; flex-wrap: wrap; align-items: baseline; gap: .25rem .6rem; margin: .25rem 0 .5rem; }
.quiet { color: var(--quiet); font-size: .875rem; }
.status { font-variant-numeric: tabular-nums; color: var(--quiet); margin-right: .4rem; }
@media (min-width: 62rem) {
  .columns { display: grid; grid-template-columns: 18rem minmax(0, 1fr); }
  .contents { border: 0; border-right: 1px solid var(--line); position: sticky; top: 3rem; height: calc(100vh - 3rem); overflow-y: auto; padding: 0 1rem 2rem; }
  .contents summary { display: none; }
  .contents nav { max-height: none; overflow: visible; }
  main { padding: 1rem 2.5rem 4rem; }
}
@media (max-width: 30rem) { .version { display: none; } }
@media print { .contents, .top { display: none; } }
`
