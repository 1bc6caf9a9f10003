import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { createTestDatabase, until } from '#testing'
import { type LaunchedServer, launcher, startLaunchedServer } from './support/launched-server.ts'
import { findOldNode } from './support/old-node.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'munim-launcher-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const answers = (server: LaunchedServer) =>
  fetch(`${server.url}/healthz`).then(
    () => true,
    () => false,
  )

async function start(how: { readonly node?: string; readonly npx?: boolean }): Promise<LaunchedServer> {
  const database = await createTestDatabase()
  const server = await startLaunchedServer({ data: mkdtempSync(join(folder, 'data-')), port: 0, database, ...how })
  onTestFinished(async () => {
    await server.end('SIGKILL')
    await database.drop()
  })
  return server
}

describe.each([
  ["this project's Node", process.execPath],
  ["the machine's Node", findOldNode()],
])('the launcher, called with %s', (_name, node) => {
  const call = (...args: string[]) =>
    spawnSync(node, [launcher, ...args], { encoding: 'utf8', cwd: folder, env: { PATH: process.env.PATH ?? '' } })

  it('keeps the exit code and the output of a command', () => {
    const version = call('--version')
    expect([version.status, version.stdout, version.stderr]).toEqual([0, '0.1.0\n', ''])
    const unknown = call('frobnicate')
    expect(unknown.status).toBe(1)
    expect(unknown.stderr).toContain("unknown command 'frobnicate'")
    const unconnected = call('accounts', 'list')
    expect(unconnected.status).toBe(1)
    expect(unconnected.stderr).toMatch(/^munim: no API key: .*\n$/)
  })

  it('stops the server gracefully on SIGTERM', async () => {
    const server = await start({ node })
    expect(await answers(server)).toBe(true)
    expect(await server.end('SIGTERM')).toBe(0)
    expect(await answers(server)).toBe(false)
  })

  it('leaves no server behind when it is killed', async () => {
    const server = await start({ node })
    expect(await server.end('SIGKILL')).toBe('SIGKILL')
    await until(async () => !(await answers(server)))
  })
})

describe('the server started with npx', () => {
  // npx hands signals to a shell that does not pass them on.
  it.each(['SIGTERM', 'SIGKILL'] as const)('ends when npx gets %s', async (signal) => {
    const server = await start({ npx: true })
    await server.end(signal)
    await until(async () => !(await answers(server)))
  })
})
