import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createTestDatabase, migratedModules, runProgram, schemaText, type TestDatabase, until } from '#testing'
import { type MigratedModule, migrate, watchMigrations } from './migrate.ts'

let directory: string
let empty: TestDatabase
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'munim-migrations-'))
  empty = await createTestDatabase({ migrated: false })
})
afterEach(async () => {
  await rm(directory, { recursive: true, force: true })
  await empty.drop()
})

async function module(name: string, files: Record<string, string>): Promise<MigratedModule> {
  const folder = join(directory, name)
  await mkdir(folder, { recursive: true })
  for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text)
  return { name, directory: folder }
}

const first = { '0001_boxes.sql': '-- transactional, not breaking\ncreate table boxes.boxes (n int primary key);\n' }
const second = {
  ...first,
  '0002_size.sql':
    '-- transactional, not breaking\nalter table boxes.boxes add size int;\nalter table boxes.boxes add kind text;\n',
}

function records(): Promise<object[]> {
  return empty.database.query({ text: 'select module, number, name from platform.migrations order by module, number' })
}

test('runs new migrations in order, and none twice', async () => {
  const applied = await migrate(empty.database, [await module('boxes', first)])
  expect(applied).toEqual([{ module: 'boxes', name: '0001_boxes' }])
  expect(await migrate(empty.database, [await module('boxes', first)])).toEqual([])
  const more = await migrate(empty.database, [await module('boxes', second), await module('crates', {})])
  expect(more).toEqual([{ module: 'boxes', name: '0002_size' }])
  expect(await records()).toEqual([
    { module: 'boxes', number: 1, name: '0001_boxes' },
    { module: 'boxes', number: 2, name: '0002_size' },
  ])
  expect(await schemaText(empty.database, 'boxes')).toBe(
    'table boxes\n  n integer not null\n  size integer\n  kind text\n  boxes_pkey PRIMARY KEY (n)\n',
  )
})

test('migrates an empty database for every module of the program, and changes nothing a second time', async () => {
  const modules = await migratedModules()
  expect((await migrate(empty.database, modules)).length).toBeGreaterThan(0)
  expect(await migrate(empty.database, modules)).toEqual([])
})

test('lets ten programs migrate at once: each migration is run by one of them', async () => {
  // Long enough for all ten to meet in it.
  const slow = { ...second, '0001_boxes.sql': `${first['0001_boxes.sql']}select pg_sleep(0.5);\n` }
  const modules = [
    await module('boxes', slow),
    await module('crates', {
      '0001_crates.sql': '-- transactional, not breaking\ncreate table crates.crates (n int);\n',
      '0002_crates-by-number.sql':
        '-- online, not breaking\ncreate index concurrently if not exists crates_by_number on crates.crates (n);\n',
    }),
  ]
  const programs = Array.from({ length: 10 }, () =>
    runProgram('migrate-database', [JSON.stringify(empty.connection), JSON.stringify(modules)]),
  )
  try {
    for (const running of programs) expect(await running.line(), running.complaints()).toBe('"ready"')
    for (const running of programs) running.child.stdin?.write('go\n')
    const said = await Promise.all(
      programs.map(async (running) => JSON.parse((await running.line()) ?? running.complaints()) as object[]),
    )
    expect(said.flat()).toEqual([
      { module: 'boxes', name: '0001_boxes' },
      { module: 'boxes', name: '0002_size' },
      { module: 'crates', name: '0001_crates' },
      { module: 'crates', name: '0002_crates-by-number' },
    ])
  } finally {
    await Promise.all(programs.map((running) => running.kill()))
  }
})

test('refuses a migration that was edited after it had run', async () => {
  await migrate(empty.database, [await module('boxes', first)])
  const edited = await module('boxes', { '0001_boxes.sql': `${first['0001_boxes.sql']}-- edited\n` })
  await expect(migrate(empty.database, [edited])).rejects.toMatchObject({
    code: 'migration_edited',
    message: expect.stringMatching(/^The migration boxes\/0001_boxes is not the one that was run on this database/),
  })
})

test('does not count the line ends of another system as an edit', async () => {
  await migrate(empty.database, [await module('boxes', first)])
  const windows = await module('boxes', { '0001_boxes.sql': first['0001_boxes.sql'].replaceAll('\n', '\r\n') })
  expect(await migrate(empty.database, [windows])).toEqual([])
})

const newer = (header: string) => ({
  ...first,
  '0002_newer.sql': `-- transactional, ${header}\nalter table boxes.boxes add column newer int;\n`,
})

test('an older program works beside a newer one whose migration does not break', async () => {
  await migrate(empty.database, [await module('boxes', newer('not breaking'))])
  await rm(join(directory, 'boxes'), { recursive: true })
  expect(await migrate(empty.database, [await module('boxes', first)])).toEqual([])
})

test('an older program refuses a database with a breaking migration of a newer one, and says which', async () => {
  await migrate(empty.database, [await module('boxes', newer('breaking'))])
  await rm(join(directory, 'boxes'), { recursive: true })
  await expect(migrate(empty.database, [await module('boxes', first)])).rejects.toMatchObject({
    code: 'database_newer',
    message: expect.stringContaining('boxes/0002_newer'),
  })
})

test('a running program is notified of a breaking migration, and not of others', async () => {
  const heard: string[] = []
  const old = await module('boxes', first)
  await migrate(empty.database, [old])
  const stop = await watchMigrations(empty.database, [old], {
    onBreaking: (fault) => heard.push(fault.message),
    everyMs: 5,
  })
  const record = (number: number, breaking: boolean) =>
    empty.database.query({
      text: `insert into platform.migrations (module, number, name, checksum, breaking) values ('boxes', $1, 'later', '', $2)`,
      values: [number, breaking],
    })
  await record(2, false)
  await record(3, true)
  await until(() => heard.length > 0)
  expect(heard).toEqual([expect.stringContaining('boxes/later')])
  stop()
})

test('a database of the first programs, which did not record breaking migrations, is updated', async () => {
  await migrate(empty.database, [await module('boxes', first)])
  await empty.database.query({ text: 'alter table platform.migrations drop column breaking' })
  expect(await migrate(empty.database, [await module('boxes', newer('breaking'))])).toHaveLength(1)
})

test('rolls back a transactional migration that fails, keeps those before it, and names it', async () => {
  const broken = {
    ...first,
    '0002_broken.sql': '-- transactional, breaking\ncreate table boxes.half (n int);\nselect 1 / 0;\n',
  }
  await expect(migrate(empty.database, [await module('boxes', broken)])).rejects.toMatchObject({
    code: 'migration_failed',
    message: 'The migration boxes/0002_broken failed: division by zero',
    retryable: false,
  })
  expect(await records()).toEqual([{ module: 'boxes', number: 1, name: '0001_boxes' }])
  expect(await schemaText(empty.database, 'boxes')).not.toContain('half')
})

test('runs the statements of an online migration again that was cut off, over the unusable index it left', async () => {
  const boxes = await module('boxes', first)
  await migrate(empty.database, [boxes])
  await empty.database.query({ text: 'insert into boxes.boxes values (1), (2)' })
  const online = await module('boxes', {
    '0002_one.sql': `-- online, not breaking
create index concurrently if not exists boxes_by_third on boxes.boxes ((n / 3));
create unique index concurrently if not exists boxes_by_half
  on boxes.boxes ((n / 2));
drop index concurrently if exists boxes.boxes_by_third;
`,
  })
  await empty.database.query({ text: 'insert into boxes.boxes values (3)' })
  await expect(migrate(empty.database, [online])).rejects.toMatchObject({ code: 'migration_failed' })
  await empty.database.query({ text: 'delete from boxes.boxes where n = 3' })
  expect(await migrate(empty.database, [online])).toEqual([{ module: 'boxes', name: '0002_one' }])
  const indexes = await empty.database.query({
    text: `select indexrelid::regclass::text as name, indisvalid from pg_index where indrelid = 'boxes.boxes'::regclass
      order by 1`,
  })
  expect(indexes).toEqual([
    { name: 'boxes.boxes_by_half', indisvalid: true },
    { name: 'boxes.boxes_pkey', indisvalid: true },
  ])
})

test.each([
  ['a name without four digits', { '1_boxes.sql': first['0001_boxes.sql'] }, /not named as a migration/],
  ['two of one number', { ...first, '0001_again.sql': first['0001_boxes.sql'] }, /has the number of/],
  ['no such header', { '0001_boxes.sql': 'select 1;\n' }, /does not begin with/],
])('asserts that no folder has %s', async (_what, files, message) => {
  await expect(migrate(empty.database, [await module('boxes', files)])).rejects.toThrow(message)
})

test('waits for a long read, and nobody waits behind it for long', async () => {
  await migrate(empty.database, [await module('boxes', first)])
  const readers = await Promise.all(['boxes', 'nothing'].map((what) => empty.database.session(`reads ${what}`)))
  for (const reader of readers) await reader.query({ text: 'begin isolation level repeatable read' })
  const [ofBoxes, ofNothing] = readers
  await ofBoxes?.query({ text: 'select from boxes.boxes' })
  await ofNothing?.query({ text: 'select 1 as snapshot' })
  const files = {
    ...second,
    '0003_by-size.sql':
      '-- online, not breaking\ncreate index concurrently if not exists by_size on boxes.boxes (size);\n',
  }
  await rm(directory, { recursive: true })
  const migrating = migrate(empty.database, [await module('boxes', files)])
  const isWaiting = async () => {
    const text = `select from pg_locks where relation = 'boxes.boxes'::regclass and not granted`
    return (await empty.database.query({ text })).length > 0
  }
  for (let time = 0; time < 2; time += 1) {
    await until(isWaiting)
    await empty.database.query({ text: 'insert into boxes.boxes values ($1)', values: [time] })
    await until(async () => !(await isWaiting()))
  }
  await ofBoxes?.query({ text: 'commit' })
  await until(async () => (await records()).length === 2)
  // The index waits for a snapshot, and nobody waits behind it.
  const building = `select from pg_stat_progress_create_index where phase like 'waiting for old snapshots%'`
  await until(async () => (await empty.database.query({ text: building })).length > 0)
  await empty.database.query({ text: 'insert into boxes.boxes values (2)' })
  await ofNothing?.query({ text: 'commit' })
  for (const reader of readers) await reader.close()
  expect((await migrating).map(({ name }) => name)).toEqual(['0002_size', '0003_by-size'])
})
