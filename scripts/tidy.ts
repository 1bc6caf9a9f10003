import { readdirSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'

/** Text files by path (forward slashes), without built, installed and generated ones. */
export type Tree = ReadonlyMap<string, string>

export type Finding = { readonly path: string; readonly line?: number; readonly text: string }

const skippedFolders = new Set(['node_modules', 'dist', '.git', '.munim', 'coverage'])
const textFile = /\.(ts|tsx|js|mjs|sql|md|json|css|html|ya?ml|grit)$/
const codeFile = /\.(ts|tsx|js|mjs)$/
const generated = /(\.generated\.ts|^api\/openapi\.json|^package-lock\.json)$/
const linesMax = 350

export function readTree(root: string): Tree {
  const files = new Map<string, string>()
  const visit = (folder: string) => {
    for (const entry of readdirSync(posix.join(root, folder), { withFileTypes: true })) {
      const path = posix.join(folder, entry.name)
      if (entry.isDirectory() && !skippedFolders.has(entry.name)) visit(path)
      else if (entry.isFile() && textFile.test(path) && !generated.test(path)) {
        files.set(path, readFileSync(posix.join(root, path), 'utf8'))
      }
    }
  }
  visit('')
  return files
}

type Rule = (tree: Tree) => Iterable<Finding>

function* linesOf(tree: Tree, files: RegExp, prepare = (content: string) => content) {
  for (const [path, content] of tree) {
    if (!files.test(path)) continue
    for (const [index, text] of prepare(content).split('\n').entries()) yield { path, line: index + 1, text }
  }
}

function forbidText(files: RegExp, pattern: RegExp, text: string): Rule {
  return function* find(tree) {
    for (const { path, line, text: content } of linesOf(tree, files)) {
      if (pattern.test(content)) yield { path, line, text }
    }
  }
}

function* filesAreShort(tree: Tree): Iterable<Finding> {
  for (const [path, content] of tree) {
    const lines = content.split('\n').length - 1
    if ((codeFile.test(path) || path.endsWith('.sql')) && lines > linesMax) {
      yield { path, text: `has ${lines} lines; divide it (at most ${linesMax})` }
    }
  }
}

function* namesArePlain(tree: Tree): Iterable<Finding> {
  const vague = /(^|[/.-])(utils?|helpers?|commons?|managers?|misc)([/.-]|$)/
  for (const path of tree.keys()) {
    if (vague.test(path)) yield { path, text: 'is named by no idea of its own (utils, helpers, common, manager, misc)' }
    const name = path.slice(path.lastIndexOf('/') + 1)
    if (codeFile.test(path) && !/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)+$/.test(name)) {
      yield { path, text: 'is not named in kebab-case' }
    }
  }
}

function* databaseTestsAreNamed(tree: Tree): Iterable<Finding> {
  for (const [path, content] of tree) {
    if (!/\.test\.ts$/.test(path) || /^test\/(?!support\/)/.test(path)) continue
    const needsOne = /from '(#testing|[./\w-]*\/test-(database|cases)\.ts)'/.test(content)
    if (path.endsWith('.kafka.test.ts')) continue
    if (needsOne && !path.endsWith('.db.test.ts')) yield { path, text: 'needs a database; name it .db.test.ts' }
    if (!needsOne && path.endsWith('.db.test.ts')) yield { path, text: 'needs no database; name it .test.ts' }
  }
}

const door = /^(src\/[^/]+|src\/platform\/[^/]+|(sdk|cli|console|rail-simulator)\/src|test\/support)\/index\.ts$/

function* modulesHaveOneDoor(tree: Tree): Iterable<Finding> {
  for (const path of tree.keys()) {
    if (/(^|\/)index\.tsx?$/.test(path) && !door.test(path)) {
      yield { path, text: 'is a second door; only a module has an index.ts' }
    }
  }
  const modules = new Set([...tree.keys()].map((path) => /^src\/[^/]+(?=\/)/.exec(path)?.[0] ?? ''))
  modules.delete('')
  for (const module of modules) {
    if (!tree.has(`${module}/README.md`)) yield { path: module, text: 'is a module without a README.md' }
    if (module !== 'src/platform' && !tree.has(`${module}/index.ts`)) yield { path: module, text: 'has no index.ts' }
  }
}

function* migrationsAreInOrder(tree: Tree): Iterable<Finding> {
  const counts = new Map<string, number>()
  const paths = [...tree.keys()].filter((path) => /\/migrations\/[^/]+\.sql$/.test(path)).sort()
  for (const path of paths) {
    const folder = posix.dirname(path)
    const expected = (counts.get(folder) ?? 0) + 1
    counts.set(folder, expected)
    const name = /^(\d{4})_[a-z0-9]+(-[a-z0-9]+)*\.sql$/.exec(posix.basename(path))
    if (!name) yield { path, text: 'is not named like 0001_what-it-does.sql' }
    else if (Number(name[1]) !== expected) yield { path, text: `is out of sequence: number ${expected} is next` }
    if (!/^-- (transactional|online), (not )?breaking\n/.test(tree.get(path) ?? '')) {
      yield { path, line: 1, text: 'must begin with "-- transactional|online, breaking|not breaking"' }
    }
  }
}

function anchorOf(heading: string): string {
  const plain = heading.toLowerCase().replaceAll(/[^\p{L}\p{N} _-]/gu, '')
  return plain.trim().replaceAll(' ', '-')
}

function proseOf(markdown: string): string {
  return markdown.replaceAll(/^```[\s\S]*?^```/gm, (block) => block.replaceAll(/[^\n]/g, ''))
}

function* linksLead(tree: Tree, exists: (path: string) => boolean): Iterable<Finding> {
  for (const { path, line, text } of linesOf(tree, /\.md$/, proseOf)) {
    for (const [, target = ''] of text.matchAll(/\]\(((?![a-z]+:)[^)\s]+)\)/g)) {
      const [file = '', anchor] = target.split('#')
      const to = file === '' ? path : posix.normalize(posix.join(posix.dirname(path), file))
      if (!exists(to)) yield { path, line, text: `links to ${target}, which does not exist` }
      else if (anchor !== undefined && !headingsOf(tree.get(to) ?? '').has(anchor)) {
        yield { path, line, text: `links to ${target}: the page has no such heading` }
      }
    }
  }
}

function* namedFilesExist(tree: Tree): Iterable<Finding> {
  for (const { path, line, text } of linesOf(tree, /^(?!CHANGELOG).*\.md$/, proseOf)) {
    const folder = posix.dirname(path)
    for (const [, file = ''] of text.matchAll(/`((?:[\w.-]+\/)+[\w.-]+\.(?:ts|sql))`/g)) {
      if (!tree.has(file) && !tree.has(posix.join(folder, file)) && !tree.has(`src/${file}`)) {
        yield { path, line, text: `names ${file}, which does not exist` }
      }
    }
  }
}

function headingsOf(markdown: string): Set<string> {
  return new Set([...proseOf(markdown).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading)))
}

function* commandsExist(tree: Tree): Iterable<Finding> {
  const scripts = Object.keys(JSON.parse(tree.get('package.json') ?? '{}').scripts ?? {})
  for (const { path, line, text } of linesOf(tree, /\.md$/)) {
    for (const [, name = ''] of text.matchAll(/\bnpm run ([a-z][a-z0-9:-]*)/g)) {
      if (!scripts.includes(name)) yield { path, line, text: `names "npm run ${name}", which is no script` }
    }
  }
}

function* decisionsSayWhatEnforcesThem(tree: Tree): Iterable<Finding> {
  const seen = new Set<string>()
  for (const [path, content] of tree) {
    if (!/^docs\/decisions\/\d/.test(path)) continue
    const number = /^docs\/decisions\/(\d{4})-[a-z0-9-]+\.md$/.exec(path)?.[1]
    if (number === undefined) yield { path, text: 'is not named like 0001-what-was-decided.md' }
    else if (seen.has(number)) yield { path, text: `shares the number ${number} with another decision` }
    else seen.add(number)
    if (!/^## Enforced by$/m.test(content)) yield { path, text: 'has no section "Enforced by"' }
  }
}

/** That the files exist is checked with those of all pages. */
function* securityNamesItsTests(tree: Tree): Iterable<Finding> {
  const path = 'SECURITY.md'
  const lines = (tree.get(path) ?? '').split('\n')
  const test = /`[\w./-]+\.test\.ts`/
  for (let item = 1; item <= 10; item += 1) {
    const row = lines.find((line) => line.startsWith(`| API${item} `))
    if (!test.test(row ?? '')) yield { path, text: `names no test for API${item} of the OWASP Top 10` }
  }
  let isOfDefenses = false
  for (const [index, row] of lines.entries()) {
    isOfDefenses = row.startsWith('|') && (isOfDefenses || row.endsWith('| shown by |'))
    if (isOfDefenses && !/^\|---|\| shown by \|$/.test(row) && !test.test(row)) {
      yield { path, line: index + 1, text: 'has a defense without the test that shows it' }
    }
  }
}

export const words = [
  'Account Asset Attempt Book Break Case Compensation Decision Entry Event Fault Inbox Lane Mandate Match Outbox Outcome',
  'Payment Payout Rail Refund Refusal Role Saga Source Statement Transfer',
]
  .join(' ')
  .split(' ')

function* glossaryIsWhole(tree: Tree): Iterable<Finding> {
  const path = 'docs/glossary.md'
  for (const word of words) {
    if (!new RegExp(`^\\*\\*${word}\\*\\*`, 'm').test(tree.get(path) ?? '')) {
      yield { path, text: `does not explain **${word}**` }
    }
  }
}

/** Its two amounts commute; the others have the signatures of libraries. */
const positional =
  /^(src\/ledger\/transfers\/transfer-rules|src\/platform\/openapi\/request-samples|cli\/src\/cases-commands)\.ts$/
const sources = /^(src|sdk|cli|rail-simulator|demo|bench|scripts)\/(?!.*(\.test|generated)\.ts$).*\.ts$/
const neighbors =
  /(?<=[(,]\s*)\w+\??: (string|number|bigint|boolean)( = [^,()]+)?,\s+\w+(\??: \1\b(?!\s*[[|&])| = (?<default>'|\d+n?\b|true|false))/g
const literals: Readonly<Record<string, RegExp>> = { string: /'/, number: /^\d+$/, bigint: /n$/, boolean: /e$/ }

function* parametersAreNamed(tree: Tree): Iterable<Finding> {
  for (const [path, content] of tree) {
    if (!sources.test(path) || positional.test(path)) continue
    for (const { index, 1: type = '', groups } of content.matchAll(neighbors)) {
      const value = groups?.default
      if (value !== undefined && literals[type]?.test(value) !== true) continue
      if (openingBefore(content, index) !== '(') continue
      const line = content.slice(0, index).split('\n').length
      yield { path, line, text: 'takes two parameters of one primitive type; take them by name, in an object' }
    }
  }
}

/** The bracket that is open at the place. */
function openingBefore(text: string, at: number): string | undefined {
  let depth = 0
  for (let place = at - 1; place >= 0; place -= 1) {
    const sign = text[place] ?? ''
    if (')]}'.includes(sign)) depth += 1
    else if ('([{'.includes(sign)) {
      if (depth === 0) return sign
      depth -= 1
    }
  }
  return undefined
}

/** Only words that have no other use here. */
const oldWords = new RegExp(
  [
    '\\b(manners?|chores?|anew|lying|telling|told(?! apart)|keepers?|figures|wish(?!ed|es))\\b',
    'lookout|caretaker|struck|put.?off|hand(ed|ing).?over(?! on)|handleWorks|own accord|good will',
    'stuck.?(list|entr)|\\bstk_|refund.?me\\b|\\bconcerns:',
  ].join('|'),
  'i',
)

const everything = /./
const rules: readonly Rule[] = [
  filesAreShort,
  namesArePlain,
  databaseTestsAreNamed,
  modulesHaveOneDoor,
  migrationsAreInOrder,
  commandsExist,
  namedFilesExist,
  decisionsSayWhatEnforcesThem,
  glossaryIsWhole,
  securityNamesItsTests,
  parametersAreNamed,
  forbidText(everything, new RegExp(`\\b(${['TO', 'DO|FIX', 'ME|HA', 'CK'].join('')})\\b`), 'leaves work for later'),
  forbidText(
    /^(?!scripts\/tidy|CHANGELOG|.*\/migrations\/).*$/,
    /(authoris|colour|behaviour|honour|recognis|normalis|(?<!aria-)labell|catalogue|neighbour|summaris|serialis|organis|(?<!"|"pre|npm run )\blicence|cancelled)/i,
    'is British spelling; write American',
  ),
  forbidText(
    /^(?!scripts\/tidy|CHANGELOG|.*\/migrations\/).*$/,
    oldWords,
    'is a word of ours for which there is a common one; see docs/glossary.md',
  ),
  forbidText(everything, /(?<![\w.])\/(tmp|work|home|Users|farm)\/[a-z]/, 'names a path of one machine'),
  forbidText(
    /^src\/.*\.(ts|sql)$/,
    /\b(select|returning)\s+(\w+\.)?\*(?!\s+from unnest\()/i,
    'selects every column; list those that are wanted',
  ),
  forbidText(
    /^src\/payments\/machines\/(?!.*\.test\.ts$).*\.ts$/,
    /`[^`]*[^{] \$\{[\w.]*(amount|excess|owed|lost|came|left)\w*\}/i,
    'tells people minor units; write the amount with amountText',
  ),
  forbidText(
    /^src\/payments\/(?!engine\/rows\/|verify\/|.*\.db\.test).*\.ts$/,
    /phase(: | === | !== )'stuck'|[Ii]sStuck/,
    'is the stored name of the phase; in code it is review',
  ),
  forbidText(/\.test\.ts$/, /\b(it|test|describe)\.(only|skip|todo|fails)\b/, 'is a test that does not test'),
]

/** `exists` answers for files of any kind, and for folders. */
export function findUntidy(tree: Tree, exists: (path: string) => boolean): Finding[] {
  return [...rules.flatMap((rule) => [...rule(tree)]), ...linksLead(tree, exists)]
}

/** `path:line: text`, a form that editors recognize. */
export function formatFinding(finding: Finding): string {
  return `${finding.path}${finding.line === undefined ? '' : `:${finding.line}`}: ${finding.text}`
}
