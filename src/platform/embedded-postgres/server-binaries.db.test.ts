import { execFileSync } from 'node:child_process'
import { chmod, chown, cp, mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { runProgram } from '#testing'
import { chooseServerAccount, type ServerAccount } from './server-account.ts'
import { locateServerBinaries, prepareBinaries, type ServerBinaries } from './server-binaries.ts'

let directory: string
let account: ServerAccount
let native: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'munim-binaries-'))
  await chmod(directory, 0o755)
  account = await chooseServerAccount(directory)
  native = join(directory, 'packages', 'native')
  // In a checkout that is closed to other users, the server's account gets its own copy here.
  const packaged = join(directory, 'packaged')
  await mkdir(packaged)
  await chown(packaged, account.uid, -1)
  await cp(dirname(dirname((await locateServerBinaries(account, packaged)).postgres)), native, {
    recursive: true,
    verbatimSymlinks: true,
  })
})
afterEach(async () => {
  await rm(directory, { recursive: true, force: true })
})

async function removeLinks(): Promise<void> {
  const links = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')) as { target: string }[]
  for (const { target } of links) await rm(join(dirname(native), target))
}

function versionOf(binaries: ServerBinaries): string {
  const who = account.borrowed ? { uid: account.uid, gid: account.gid } : {}
  return execFileSync(binaries.postgres, ['--version'], { encoding: 'utf8', cwd: '/', ...who })
}

test('uses the package where it is', async () => {
  const binaries = await prepareBinaries(account, directory, { native, version: '18.4.0' })
  expect(dirname(dirname(binaries.postgres))).toBe(native)
  expect(binaries.major).toBe(18)
  expect(versionOf(binaries)).toMatch(/^postgres \(PostgreSQL\) 18\./)
})

test('makes the links of shared libraries when the install script was skipped', async () => {
  await removeLinks()
  const binaries = await prepareBinaries(account, directory, { native, version: '18.4.0' })
  expect(dirname(dirname(binaries.postgres))).toBe(native)
  expect(versionOf(binaries)).toMatch(/^postgres \(PostgreSQL\) 18\./)
})

test('keeps a copy beside the data when the links are missing and the packages belong to another user', async (context) => {
  if (process.getuid?.() !== 0) return context.skip('needs root, to be another user')
  await removeLinks()
  const data = join(directory, 'data')
  await mkdir(data)
  await chown(data, 65534, 65534)
  const running = runProgram('prepare-binaries', [data, native], { uid: 65534, gid: 65534, cwd: '/' })
  const line = await running.line()
  await running.kill()
  if (line === undefined) return context.skip('nobody cannot reach these sources')
  const postgres = JSON.parse(line) as string
  expect(postgres).toBe(join(data, 'postgresql-18.4.0', 'bin', 'postgres'))
  const said = execFileSync(postgres, ['--version'], { encoding: 'utf8', cwd: '/', uid: 65534, gid: 65534 })
  expect(said).toMatch(/^postgres \(PostgreSQL\) 18\./)
})

test('keeps a copy beside the data when the packages are in a home that the server cannot read', async (context) => {
  if (process.getuid?.() !== 0) return context.skip('needs root, whose server runs as another user')
  await chmod(join(directory, 'packages'), 0o700)
  const [one, two] = await Promise.all([
    prepareBinaries(account, directory, { native, version: '18.4.0' }),
    prepareBinaries(account, directory, { native, version: '18.4.0' }),
  ])
  expect(one).toEqual(two)
  expect(dirname(dirname(two.postgres))).toBe(join(directory, 'postgresql-18.4.0'))
  expect(versionOf(two)).toMatch(/^postgres \(PostgreSQL\) 18\./)
  const { ino } = await stat(two.postgres)
  await prepareBinaries(account, directory, { native, version: '18.4.0' })
  expect((await stat(two.postgres)).ino).toBe(ino)
  expect((await readdir(directory)).sort()).toEqual(['packaged', 'packages', 'postgresql-18.4.0'])
})
