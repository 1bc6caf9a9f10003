import { cruise, type ICruiseResult, type IRegularForbiddenRuleType } from 'dependency-cruiser'

/**
 * Allowed imports of each module; all modules of `src` may also import kernel and platform. A test compares this table
 * with ARCHITECTURE.md and the `imports` map. A new module needs a row and a decision record.
 */
export const mayImport = {
  kernel: [],
  platform: [],
  access: [],
  ledger: [],
  lanes: [],
  rails: ['cases'],
  cases: [],
  risk: [],
  scheduler: ['lanes'],
  notifications: ['lanes'],
  sagas: ['lanes'],
  payments: ['ledger', 'lanes', 'rails', 'risk', 'sagas', 'cases'],
  orders: ['payments', 'sagas'],
  'rail-simulator': [],
  reconciliation: ['ledger', 'rails'],
  gateway: ['access'],
  console: ['sdk'],
  cli: ['sdk'],
  sdk: [],
} as const satisfies Record<string, readonly string[]>

export type ModuleName = keyof typeof mayImport

/** Modules that are npm workspaces: they have other users and other runtimes. */
export const workspaces: readonly ModuleName[] = ['console', 'cli', 'sdk', 'rail-simulator']

const routePackages = ['typebox']

const routes = ['^src/[^/]+/routes\\.ts$', '^src/[^/]+/routes/']
const tests = ['\\.test\\.ts$', '^test/']
/** Tests of one module run these programs as separate processes; they too may import its internal files. */
const testPrograms = '^test/support/programs/'
const doors = ['^src/[^/]+/index\\.ts$', '^src/platform/[^/]+/index\\.ts$']
const ownCode = '^(src|cli|sdk|console|rail-simulator|bench|demo|scripts|test|bin|api)/'
const packages = ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg', 'npm-unknown'] as const

export function folderOf(module: ModuleName): string {
  return workspaces.includes(module) ? `${module}/` : `src/${module}/`
}

function rule(
  { name, comment }: { readonly name: string; readonly comment: string },
  from: IRegularForbiddenRuleType['from'],
  to: IRegularForbiddenRuleType['to'],
): IRegularForbiddenRuleType {
  return { name, comment, severity: 'error', from, to }
}

function tableRules(module: ModuleName): IRegularForbiddenRuleType[] {
  const named: readonly ModuleName[] = mayImport[module]
  const foundations: readonly ModuleName[] =
    workspaces.includes(module) || module === 'kernel'
      ? []
      : module === 'platform'
        ? ['kernel']
        : ['kernel', 'platform']
  const allowed = [module, ...foundations, ...named].map((name) => `^${folderOf(name)}`)
  const from = `^${folderOf(module)}`
  const list = [...foundations, ...named].join(', ') || 'nothing'
  return [
    rule(
      { name: `${module}-may-import`, comment: `${module} may import ${list}` },
      { path: from, pathNot: tests },
      { path: ownCode, pathNot: allowed },
    ),
    rule(
      {
        name: `tests-of-${module}-may-import`,
        comment: `tests of ${module} may import ${list}, #testing and scripts/random.ts`,
      },
      { path: `${from}.*\\.test\\.ts$` },
      { path: ownCode, pathNot: [...allowed, '^test/support/', '^scripts/random\\.ts$'] },
    ),
  ]
}

const structureRules: IRegularForbiddenRuleType[] = [
  rule({ name: 'no-cycles', comment: 'no import cycles, not even inside a module' }, {}, { circular: true }),
  rule({ name: 'resolvable', comment: 'the import leads to no file' }, {}, { couldNotResolve: true }),
  rule(
    { name: 'by-the-door', comment: 'another module is imported through its index.ts only' },
    { path: '^src/([^/]+)/' },
    { path: '^src/[^/]+/', pathNot: ['^src/$1/', ...doors] },
  ),
  rule(
    { name: 'by-the-door-from-outside', comment: 'a module is imported through its index.ts only' },
    { pathNot: ['^src/[^/]+/', testPrograms] },
    { path: '^src/[^/]+/', pathNot: doors },
  ),
  rule(
    { name: 'by-the-door-of-platform', comment: 'another part of platform is imported through its index.ts only' },
    { path: '^src/platform/([^/]+)/' },
    { path: '^src/platform/', pathNot: ['^src/platform/$1/', ...doors] },
  ),
  rule(
    {
      name: 'by-the-imports-map',
      comment: 'another module is imported by its name (#ledger), never by a relative path',
    },
    { path: '^src/([^/]+)/' },
    { path: '^src/[^/]+/', pathNot: '^src/$1/', dependencyTypesNot: ['aliased-subpath-import'] },
  ),
  rule(
    {
      name: 'by-the-imports-map-from-outside',
      comment: 'a module is imported by its name (#ledger), never by a relative path',
    },
    { pathNot: ['^src/[^/]+/', testPrograms] },
    { path: '^src/[^/]+/', dependencyTypesNot: ['aliased-subpath-import'] },
  ),
  rule(
    { name: 'workspaces-by-name', comment: 'a workspace is imported by the name of its package' },
    { path: '^(cli|sdk|console|rail-simulator|src|bench|demo|scripts|test)/' },
    {
      path: '^(cli|sdk|console|rail-simulator)/',
      pathNot: '^$1/',
      dependencyTypes: ['local'],
      dependencyTypesNot: ['aliased'],
    },
  ),
  rule(
    { name: 'testing-is-for-tests', comment: 'test support is for tests' },
    { pathNot: [...tests, '^vitest\\.config\\.ts$'] },
    { path: '^test/' },
  ),
]

const packageRules: IRegularForbiddenRuleType[] = [
  rule(
    {
      name: 'packages-in-platform',
      comment: `npm packages are imported by platform only; routes may import ${routePackages.join(', ')}`,
    },
    { path: '^src/', pathNot: ['^src/platform/', '^src/(main|compose|roles)\\.ts$', ...routes, ...tests] },
    { dependencyTypes: [...packages] },
  ),
  rule(
    { name: 'packages-in-routes', comment: `routes may import ${routePackages.join(', ')} and no other package` },
    { path: routes, pathNot: '^src/platform/' },
    { dependencyTypes: [...packages], pathNot: `^node_modules/(${routePackages.join('|')})/` },
  ),
  rule(
    { name: 'kernel-is-pure', comment: 'kernel imports nothing, Node’s own modules included' },
    { path: '^src/kernel/', pathNot: tests },
    { dependencyTypes: ['core'] },
  ),
  rule(
    { name: 'sdk-stands-alone', comment: 'the SDK imports nothing but its own files' },
    { path: '^sdk/', pathNot: tests },
    { dependencyTypes: ['core', ...packages] },
  ),
  rule(
    { name: 'no-development-packages', comment: 'what is shipped imports no development package' },
    { path: '^(src|cli|sdk|rail-simulator)/', pathNot: tests },
    { dependencyTypes: ['npm-dev'] },
  ),
  rule(
    { name: 'declared-packages', comment: 'the package is not declared in package.json' },
    {},
    { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
  ),
]

export function boundaryRules(): IRegularForbiddenRuleType[] {
  const modules = Object.keys(mayImport) as ModuleName[]
  return [...modules.flatMap(tableRules), ...structureRules, ...packageRules]
}

export type Trespass = { readonly rule: string; readonly from: string; readonly to: string; readonly text: string }

export async function findTrespasses(root: string, folders: readonly string[]): Promise<Trespass[]> {
  const rules = boundaryRules()
  const { output } = await cruise(
    [...folders],
    {
      baseDir: root,
      ruleSet: { forbidden: rules },
      validate: true,
      tsPreCompilationDeps: true,
      combinedDependencies: true,
      doNotFollow: { path: 'node_modules' },
      exclude: { path: '(^|/)dist/' },
      enhancedResolveOptions: {
        exportsFields: ['exports'],
        conditionNames: ['munim-source', 'import', 'node', 'types', 'default'],
      },
    },
    { extensions: ['.ts', '.js', '.d.ts'] },
  )
  const comments = new Map(rules.map((entry) => [entry.name, entry.comment]))
  return (output as ICruiseResult).summary.violations.map((violation) => {
    const path = violation.cycle?.map((step) => step.name).join(' → ') ?? violation.to
    const text = `${violation.from} → ${path}: ${comments.get(violation.rule.name)}`
    return { rule: violation.rule.name, from: violation.from, to: violation.to, text }
  })
}
