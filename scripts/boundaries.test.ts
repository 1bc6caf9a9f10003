import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findTrespasses, folderOf, type ModuleName, mayImport, type Trespass, workspaces } from './boundaries.ts'

const root = dirname(import.meta.dirname)
const packageJson = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

describe('the table of modules', () => {
  it('is the one that ARCHITECTURE.md shows', () => {
    const text = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8').split('## What may import what')[1] ?? ''
    const table = text.split('\n## ')[0] ?? ''
    const shown = Object.fromEntries(
      [...table.matchAll(/^\| `([\w-]+)` \| ([^|]+) \|/gm)].map(([, name, list = '']) => [
        name,
        [...list.matchAll(/`(\w+)`/g)].map(([, imported]) => imported),
      ]),
    )
    expect(shown).toEqual(mayImport)
  })

  it('has a row for every folder of src, and src has no other', () => {
    const folders = readdirSync(join(root, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory())
    expect(Object.keys(mayImport)).toEqual(expect.arrayContaining(folders.map((folder) => folder.name)))
  })

  it('and the imports map of package.json name the same entry points', () => {
    const built = readdirSync(join(root, 'src'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name !== 'platform')
      .map((entry) => [
        `#${entry.name}`,
        { 'munim-source': `./src/${entry.name}/index.ts`, default: `./dist/${entry.name}/index.js` },
      ])
    expect(packageJson.imports).toEqual({
      ...Object.fromEntries(built),
      '#platform/*': { 'munim-source': './src/platform/*/index.ts', default: './dist/platform/*/index.js' },
      // A workspace that the tests run in their own process.
      '#rail-simulator': {
        'munim-source': './rail-simulator/src/index.ts',
        default: './rail-simulator/dist/index.js',
      },
      '#testing': './test/support/index.ts',
    })
  })
})

/** A small repository in which every module has an index.ts, a file behind it, and a test. */
const house: Record<string, string> = {
  'src/main.ts': "import '#payments'\nimport './compose.ts'\n",
  'src/compose.ts': "import '#ledger'\nimport '#platform/postgres'\nimport '#gateway'\n",
  'src/platform/postgres/index.ts': "export * from './database.ts'\n",
  'src/platform/postgres/database.ts': "import 'pg'\nimport '#kernel'\nimport 'node:net'\nexport const database = 1\n",
  'src/platform/faults/index.ts': "import '../postgres/index.ts'\nexport const fault = 1\n",
  'test/support/index.ts': "import '#platform/postgres'\nimport 'pg'\nexport const testing = 1\n",
  'test/end-to-end.test.ts': "import './support/index.ts'\nimport '@munim/sdk'\nimport '../src/main.ts'\n",
  'demo/main.ts': "import '@munim/sdk'\nimport '#platform/postgres'\nimport 'vitest'\n",
  'sdk/package.json': '{"name":"@munim/sdk","type":"module","exports":"./src/index.ts"}',
  'cli/package.json': '{"name":"@munim/cli","type":"module","dependencies":{"@munim/sdk":"1.0.0"}}',
  'node_modules/pg/index.js': 'export {}\n',
  'node_modules/pg/package.json': '{"name":"pg","version":"1.0.0","type":"module","main":"index.js"}',
  'node_modules/typebox/index.js': 'export {}\n',
  'node_modules/typebox/package.json': '{"name":"typebox","version":"1.0.0","type":"module","main":"index.js"}',
  'node_modules/vitest/index.js': 'export {}\n',
  'node_modules/vitest/package.json': '{"name":"vitest","version":"1.0.0","type":"module","main":"index.js"}',
  'node_modules/stray/index.js': 'export {}\n',
  'node_modules/stray/package.json': '{"name":"stray","version":"1.0.0","type":"module","main":"index.js"}',
}

function buildHouse(at: string): void {
  const names = Object.keys(mayImport) as ModuleName[]
  for (const name of names.filter((module) => module !== 'platform')) {
    const folder = workspaces.includes(name) ? `${name}/src/` : folderOf(name)
    const testing = workspaces.includes(name) ? '../../test/support/index.ts' : '#testing'
    const foundations = name === 'kernel' || workspaces.includes(name) ? [] : ['#kernel', '#platform/postgres']
    const named = mayImport[name].map((other) => (other === 'sdk' ? '@munim/sdk' : `#${other}`))
    house[`${folder}index.ts`] = "export * from './inner.ts'\n"
    house[`${folder}inner.ts`] = [...foundations, ...named].map((to) => `import '${to}'\n`).join('')
    house[`${folder}inner.test.ts`] = `import './inner.ts'\nimport 'vitest'\nimport '${testing}'\n`
  }
  house['src/ledger/routes/account-routes.ts'] = "import 'typebox'\n"
  house['src/access/routes.ts'] = "import 'typebox'\n"
  house['package.json'] = JSON.stringify({
    name: 'munim',
    type: 'module',
    imports: {
      ...Object.fromEntries(
        names
          .filter((name) => !workspaces.includes(name) && name !== 'platform')
          .map((name) => [`#${name}`, `./src/${name}/index.ts`]),
      ),
      '#platform/*': './src/platform/*/index.ts',
      '#testing': './test/support/index.ts',
    },
    dependencies: { '@munim/sdk': '1.0.0', pg: '1.0.0', typebox: '1.0.0' },
    devDependencies: { vitest: '1.0.0' },
  })
  for (const [path, text] of Object.entries(house)) plant(at, path, text)
  mkdirSync(join(at, 'node_modules/@munim'))
  symlinkSync(join('..', '..', 'sdk'), join(at, 'node_modules/@munim/sdk'), 'dir')
}

function plant(at: string, path: string, text: string): void {
  mkdirSync(dirname(join(at, path)), { recursive: true })
  writeFileSync(join(at, path), text)
}

/** One forbidden import per row, with the rules that catch it. */
const forbidden: readonly (readonly [importing: string, imported: string, rules: readonly string[]])[] = [
  ['src/kernel/planted.ts', '#platform/postgres', ['kernel-may-import']],
  ['src/kernel/planted.ts', 'node:fs', ['kernel-is-pure']],
  ['src/kernel/planted.ts', 'typebox', ['packages-in-platform']],
  ['src/platform/faults/planted.ts', '#ledger', ['platform-may-import']],
  ['src/platform/faults/planted.ts', '../postgres/database.ts', ['by-the-door-of-platform']],
  ['src/ledger/planted.ts', '#lanes', ['ledger-may-import']],
  ['src/lanes/planted.ts', '#ledger', ['lanes-may-import']],
  ['src/rails/planted.ts', '#risk', ['rails-may-import']],
  ['src/risk/planted.ts', '#rails', ['risk-may-import']],
  ['src/access/planted.ts', '#ledger', ['access-may-import']],
  ['src/scheduler/planted.ts', '#rails', ['scheduler-may-import']],
  ['src/notifications/planted.ts', '#ledger', ['notifications-may-import']],
  ['src/payments/planted.ts', '#access', ['payments-may-import']],
  ['src/reconciliation/planted.ts', '#payments', ['reconciliation-may-import']],
  ['src/gateway/planted.ts', '#ledger', ['gateway-may-import']],
  ['cli/src/planted.ts', '#ledger', ['resolvable']],
  ['cli/src/planted.ts', '../../src/ledger/index.ts', ['by-the-imports-map-from-outside', 'cli-may-import']],
  ['console/src/planted.ts', '#kernel', ['console-may-import']],
  ['sdk/src/planted.ts', '#kernel', ['resolvable']],
  ['sdk/src/planted.ts', '../../src/kernel/index.ts', ['by-the-imports-map-from-outside', 'sdk-may-import']],
  ['sdk/src/planted.ts', 'node:fs', ['sdk-stands-alone']],
  ['sdk/src/planted.ts', 'typebox', ['sdk-stands-alone']],
  ['cli/src/planted.ts', '../../sdk/src/inner.ts', ['workspaces-by-name']],
  ['src/ledger/planted.ts', '../main.ts', ['ledger-may-import']],
  ['src/ledger/planted.ts', '#testing', ['ledger-may-import', 'testing-is-for-tests']],
  ['src/ledger/planted.ts', 'pg', ['packages-in-platform']],
  ['src/ledger/planted.ts', 'vitest', ['packages-in-platform', 'no-development-packages']],
  ['src/ledger/planted.ts', './nowhere.ts', ['resolvable']],
  ['src/platform/http/planted.ts', 'stray', ['declared-packages']],
  ['src/lanes/routes.ts', 'pg', ['packages-in-routes']],
  ['src/lanes/routes/planted.ts', 'pg', ['packages-in-routes']],
  ['src/payments/planted.ts', '../ledger/index.ts', ['by-the-imports-map']],
  ['src/payments/planted.ts', '../ledger/inner.ts', ['by-the-door', 'by-the-imports-map']],
  ['src/planted.ts', './ledger/index.ts', ['by-the-imports-map-from-outside']],
  ['src/planted.ts', './ledger/inner.ts', ['by-the-door-from-outside', 'by-the-imports-map-from-outside']],
  ['src/ledger/planted.test.ts', '#access', ['tests-of-ledger-may-import']],
]

describe('the boundary rules', () => {
  let at = ''
  let trespasses: Trespass[] = []
  beforeAll(async () => {
    at = mkdtempSync(join(tmpdir(), 'munim-boundaries-'))
    buildHouse(at)
  })
  afterAll(() => rmSync(at, { recursive: true, force: true }))
  const folders = ['src', 'cli', 'sdk', 'console', 'demo', 'test']

  it('find nothing in a repository that follows them', async () => {
    expect(await findTrespasses(at, folders)).toEqual([])
  })

  describe('with forbidden imports planted', () => {
    beforeAll(async () => {
      for (const [index, [importing, imported]] of forbidden.entries()) {
        plant(at, importing.replace('planted', `planted-${index}`), `import '${imported}'\n`)
      }
      plant(at, 'src/ledger/circle.ts', "import type { Arc } from './arc.ts'\nexport type Circle = Arc\n")
      plant(at, 'src/ledger/arc.ts', "import type { Circle } from './circle.ts'\nexport type Arc = Circle\n")
      trespasses = await findTrespasses(at, folders)
    })

    it.each(forbidden.map((row, index) => [...row, index] as const))(
      'catch that %s imports %s',
      (importing, _, rules, index) => {
        const path = importing.replace('planted', `planted-${index}`)
        const found = trespasses.filter((trespass) => trespass.from === path).map((trespass) => trespass.rule)
        expect(found.sort()).toEqual([...rules].sort())
      },
    )

    it('catch a cycle of type imports inside a module', () => {
      const found = trespasses.filter((trespass) => trespass.rule === 'no-cycles')
      expect(found.map((trespass) => trespass.text)).toEqual([expect.stringMatching(/arc\.ts.*circle\.ts/)])
    })
  })
})
