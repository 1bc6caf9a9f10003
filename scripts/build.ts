// `npm run build [-- server sdk cli rail-simulator]`: the JavaScript of the packages, and the types of the workspaces.
import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

const root = dirname(import.meta.dirname)

type Package = { readonly name: string; readonly folder: string; readonly types: boolean; readonly options: object }

// The CLI is built against the SDK as it is installed, so the SDK comes first.
const packages: readonly Package[] = [
  { name: 'server', folder: '.', types: false, options: {} },
  { name: 'sdk', folder: 'sdk', types: true, options: { customConditions: [] } },
  { name: 'cli', folder: 'cli', types: true, options: { customConditions: [] } },
  { name: 'rail-simulator', folder: 'rail-simulator', types: true, options: { customConditions: [] } },
]

const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !packages.some((one) => one.name === name))
if (unknown.length > 0) {
  console.error(`There is no package ${unknown.join(', ')}; there are ${packages.map(({ name }) => name).join(', ')}.`)
  process.exit(2)
}
for (const one of packages) {
  if (asked.length === 0 || asked.includes(one.name) || (one.name === 'sdk' && asked.includes('cli'))) build(one)
}

function build({ name, folder, types, options }: Package): void {
  const startedAt = performance.now()
  const source = join(root, folder, 'src')
  const target = join(root, folder, 'dist')
  rmSync(target, { recursive: true, force: true })
  compile({ source, target }, { declaration: types, ...options })
  nameCompiledFiles(target)
  copyAssets({ source, target })
  if (folder !== '.') cpSync(join(root, 'LICENSE'), join(root, folder, 'LICENSE'))
  else chmodSync(join(root, 'bin', 'munim.js'), 0o755)
  console.error(`built ${name} in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`)
}

type Folders = { readonly source: string; readonly target: string }

function compile({ source, target }: Folders, options: object): void {
  // Inside this checkout, so that the compiler finds the packages and their types.
  const place = mkdtempSync(join(root, 'node_modules', '.munim-build-'))
  const configuration = {
    extends: join(root, 'tsconfig.json'),
    compilerOptions: {
      noEmit: false,
      rootDir: source,
      outDir: target,
      typeRoots: [join(root, 'node_modules/@types')],
      ...options,
    },
    include: [`${source}/**/*.ts`],
    exclude: [`${source}/**/*.test.ts`],
  }
  const path = join(place, 'tsconfig.json')
  writeFileSync(path, JSON.stringify(configuration))
  const compiler = join(root, 'node_modules/typescript7/bin/tsc')
  const { status } = spawnSync(process.execPath, [compiler, '-p', path], { cwd: root, stdio: ['ignore', 2, 2] })
  rmSync(place, { recursive: true })
  if (status !== 0) process.exit(1)
}

/** The compiler leaves `./x.ts` in declarations; older compilers do not resolve it to `./x.d.ts`. */
function nameCompiledFiles(target: string): void {
  for (const path of globSync('**/*.d.ts', { cwd: target })) {
    const text = readFileSync(join(target, path), 'utf8')
    writeFileSync(join(target, path), text.replaceAll(/((?:from |import\()['"]\.[^'"]*)\.ts(['"])/g, '$1.js$2'))
  }
}

function copyAssets({ source, target }: Folders): void {
  for (const path of globSync('**/*', { cwd: source, withFileTypes: true })) {
    const from = join(path.parentPath, path.name)
    if (path.isFile() && !/\.(ts|md)$/.test(path.name)) cpSync(from, join(target, relative(source, from)))
  }
}
