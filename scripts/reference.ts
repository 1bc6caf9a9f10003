// Writes docs/reference/refusals.md from the catalogues in the code; with --check, compares only.
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ledgerRefusals } from '#ledger'
import { httpProblems } from '#platform/http'

const path = join(dirname(import.meta.dirname), 'docs/reference/refusals.md')

function renderRefusals(): string {
  const refusals = Object.entries(ledgerRefusals).map(
    ([code, text], index) => `| ${index + 1} | \`${code}\` | ${text} |`,
  )
  const problems = Object.entries(httpProblems).map(
    ([code, { status, explanation }]) => `| ${status} | \`${code}\` | ${explanation} |`,
  )
  return [
    '# Refusals',
    '',
    '<!-- Written by `node --conditions=munim-source scripts/reference.ts`; `npm run check -- --fix` runs it. -->',
    '',
    'An error is a problem document (RFC 9457, `application/problem+json`). Decide by its `code`, never by its',
    'text; `param` names the field concerned when there is one.',
    '',
    '## Refusals of the ledger, in order of precedence',
    '',
    'When several apply to a command, the one that stands first here is answered.',
    '',
    '| | code | meaning |',
    '|---|---|---|',
    ...refusals,
    '',
    '## Errors of the HTTP layer',
    '',
    '| status | code | meaning |',
    '|---|---|---|',
    ...problems,
    '',
  ].join('\n')
}

if (!process.argv.includes('--check')) writeFileSync(path, renderRefusals())
else if (readFileSync(path, 'utf8') !== renderRefusals()) {
  console.error('docs/reference/refusals.md is not what the code says; run `npm run check -- --fix`')
  process.exitCode = 1
}
