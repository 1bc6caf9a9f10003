import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { patience } from '#testing'

const root = dirname(import.meta.dirname)
const packMs = patience(120_000)
const installMs = patience(240_000)
let place: string
let consumer: string

/** The environment of a user without the checkout: without its packages and npm's settings. */
const environment = Object.fromEntries([
  ...Object.entries(process.env).filter(([name]) => !/^(npm_|INIT_CWD$|NODE|VITEST|MUNIM_)/.test(name)),
  [
    'PATH',
    (process.env.PATH ?? '')
      .split(delimiter)
      .filter((path) => !path.includes('node_modules'))
      .join(delimiter),
  ],
])

function call(cwd: string, command: string, ...args: string[]): string {
  const child = spawnSync(command, args, { cwd, env: environment, encoding: 'utf8' })
  if (child.status !== 0)
    throw new Error(`${command} ${args.join(' ')}: ${child.stdout}${child.stderr}${child.error ?? ''}`)
  return child.stdout
}

beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'munim-packages-'))
  consumer = join(place, 'consumer')
  mkdirSync(consumer)
  call(root, 'npm', 'pack', '--loglevel=error', '--pack-destination', place)
}, packMs)
afterAll(() => rmSync(place, { recursive: true, force: true }))

const tarballs = () => readdirSync(place).filter((name) => name.endsWith('.tgz'))

describe('npm pack', () => {
  it('packs the four packages side by side', () => {
    expect(tarballs().sort()).toEqual([
      ...['munim-0.1.0.tgz', 'munim-cli-0.1.0.tgz', 'munim-rail-simulator-0.1.0.tgz', 'munim-sdk-0.1.0.tgz'],
    ])
  })

  it('writes a bill of materials beside them', () => {
    const bill = JSON.parse(readFileSync(join(place, 'munim-0.1.0.cdx.json'), 'utf8'))
    const names = bill.components.map(({ name }: { readonly name: string }) => name)
    expect(names).toEqual(expect.arrayContaining(['fastify', 'pg-protocol', 'jose', '@munim/sdk']))
    expect(names).not.toContain('vitest')
    expect([bill.bomFormat, bill.metadata.component.name]).toEqual(['CycloneDX', 'munim'])
  })

  it('includes built JavaScript and types, and neither sources nor tests', () => {
    for (const tarball of tarballs()) {
      const files = call(place, 'tar', '-tzf', tarball).trimEnd().split('\n')
      expect(files).toContain('package/LICENSE')
      expect(files).toContain('package/README.md')
      expect(files.filter((file) => /(?<!\.d)\.ts$|\.test\./.test(file))).toEqual([])
      expect(files.some((file) => /^package\/dist\/.*\.js$/.test(file))).toBe(true)
    }
  })
})

describe('the packages, installed in an empty folder', () => {
  beforeAll(() => {
    writeFileSync(join(consumer, 'package.json'), '{ "private": true, "type": "module" }')
    const packages = tarballs().map((name) => join(place, name))
    call(consumer, 'npm', 'install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error', ...packages)
  }, installMs)

  it("start a server, and run the example of the SDK's README", async () => {
    const [, example = '', , expected = ''] =
      /```js\n([\s\S]*?)```([\s\S]*?)```\n([\s\S]*?)```/.exec(
        readFileSync(join(consumer, 'node_modules/@munim/sdk/README.md'), 'utf8'),
      ) ?? []
    expect(example).toContain("from '@munim/sdk'")
    writeFileSync(join(consumer, 'example.js'), example)
    const server = spawn('npx', ['--no', 'munim', 'start', '--port', '0'], {
      cwd: consumer,
      env: environment,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    try {
      let url = ''
      for await (const line of createInterface(server.stdout)) {
        url = /^ready (http:\/\/127\.0\.0\.1:\d+)$/.exec(line)?.[1] ?? ''
        if (url !== '') break
      }
      const run = (...args: string[]) =>
        spawnSync(args[0] ?? '', args.slice(1), {
          cwd: consumer,
          env: { ...environment, MUNIM_URL: url },
          encoding: 'utf8',
        })
      expect(run('node', 'example.js')).toMatchObject({ status: 0, stderr: '', stdout: expected })
      expect((await fetch(`${url}/docs/viewer.js`)).status).toBe(200)
      const balances = run('npx', '--no', 'munim', 'export', 'balances')
      expect(balances.stdout.split('\n').slice(0, 2)).toEqual([
        'code,asset,posted,pending,available',
        'example:shop,USD,2500,0,2500',
      ])
    } finally {
      // To npx alone: the server ends with it.
      server.kill('SIGTERM')
      await once(server, 'close')
    }
  })

  it('start a rail simulator', async () => {
    const simulator = spawn('npx', ['--no', 'munim', 'rail-simulator', '--port', '0'], {
      cwd: consumer,
      env: environment,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    try {
      let url = ''
      for await (const line of createInterface(simulator.stdout)) {
        url = /^ready (http:\/\/127\.0\.0\.1:\d+)$/.exec(line)?.[1] ?? ''
        if (url !== '') break
      }
      expect(await (await fetch(`${url}/card/healthz`)).json()).toEqual({ rail: 'card', status: 'ok' })
    } finally {
      simulator.kill('SIGTERM')
      await once(simulator, 'close')
    }
  })

  it.each([
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ])('are typed for module %s with resolution %s', (module, moduleResolution) => {
    writeFileSync(join(consumer, 'typed.ts'), typed)
    const options = { module, moduleResolution, target: 'es2022', strict: true, noEmit: true, types: [] }
    const configuration = { compilerOptions: options, files: ['typed.ts'] }
    writeFileSync(join(consumer, 'tsconfig.json'), JSON.stringify(configuration))
    const compiler = join(root, 'node_modules/typescript/bin/tsc')
    expect(call(consumer, process.execPath, compiler, '-p', '.')).toBe('')
  })
})

const typed = `
import { type Account, Munim, MunimError, type Transfer } from '@munim/sdk'
import { run } from '@munim/cli'

const munim = new Munim({ url: 'http://127.0.0.1:8080', apiKey: 'munim_key' })
const account: Account = await munim.accounts.create({ code: 'a', asset: 'USD', min_available: -100n })
const available: bigint = account.available
const limit: bigint | null = account.min_available
const transfer: Transfer = await munim.transfers.create({ source: 'a', destination: 'b', amount: '1', asset: 'USD' })
for await (const { amount } of munim.transfers.list({ state: 'posted' })) amount satisfies bigint
const { results } = await munim.transfers.createBatch([{ source: 'a', destination: 'b', amount: 1, asset: 'USD' }])
for (const result of results) (result.error ? result.error.code : result.transfer.amount) satisfies string | bigint
const exitCode: number = await run(['accounts', 'list'])
// @ts-expect-error An amount is no boolean.
await munim.transfers.create({ source: 'a', destination: 'b', amount: true, asset: 'USD' })
// @ts-expect-error There is no such field.
transfer.amont
// @ts-expect-error There is no such state.
munim.transfers.list({ state: 'lost' })
export { available, exitCode, limit, MunimError }
`
