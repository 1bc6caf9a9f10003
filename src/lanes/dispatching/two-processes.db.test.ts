import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  createTestDatabase,
  type Program,
  patience,
  runProgram,
  startTestLanes,
  type TestDatabase,
  testKind,
  testMessages,
  until,
} from '#testing'
import { createLanes, type Handler, type NewMessage } from '../index.ts'

let shared: TestDatabase
let programs: Program[] = []

beforeEach(async () => {
  shared = await createTestDatabase()
  await shared.database.query({ text: 'create table done (subject uuid, by integer)' })
})
afterEach(async () => {
  for (const program of programs) await program.kill()
  programs = []
})

async function startWorker(...more: string[]): Promise<Program> {
  const program = runProgram('work-lanes', [JSON.stringify(shared.connection), ...more])
  programs.push(program)
  expect(await program.line(), program.complaints()).toBe('"working"')
  return program
}

async function enqueue(messages: readonly NewMessage[]): Promise<void> {
  const lanes = createLanes({ database: shared.database, onFault: () => undefined })
  await shared.database.transaction((tx) => lanes.enqueue(tx, messages))
}

async function startHere(): Promise<void> {
  const handle: Handler['handle'] = async (tx, messages) => {
    const subjects = messages.map(({ subject }) => subject)
    await tx.query({ text: 'insert into done select unnest($1::uuid[]), 0', values: [subjects] })
  }
  await startTestLanes([{ kind: testKind, handle }], { on: shared })
}

async function done() {
  const [row] = await shared.database.query<{ done: bigint; once: bigint; workers: bigint; left: bigint }>({
    text: `select count(*) as done, count(distinct subject) as once, count(distinct by) as workers,
      (select count(*) from lanes.messages) as left from done`,
  })
  return { done: Number(row?.done), once: Number(row?.once), workers: Number(row?.workers), left: Number(row?.left) }
}

describe('two processes on one database', () => {
  test('share the messages, and each is done once', async () => {
    await startWorker()
    await startWorker()
    let sent = 0
    const shareMore = async () => {
      for (let round = 0; round < 10; round += 1) await enqueue(testMessages(1_000, { vendor: round % 3 }))
      sent += 10_000
      await until(async () => (await done()).left === 0, 20_000)
      return (await done()).workers === 2
    }
    // The system may let one of them wait for long.
    for (let times = 0; times < 10 && !(await shareMore()); times += 1);
    expect(await done()).toEqual({ done: sent, once: sent, workers: 2, left: 0 })
  })

  test('messages that a killed process had taken are handled by the other at once, and none twice', async () => {
    const doomed = await startWorker('standard')
    await enqueue(testMessages(300))
    expect(await doomed.line()).toBe('"in a batch"')
    await doomed.kill()
    await startHere()
    await until(async () => (await done()).left === 0)
    // The dead process holds no lock: no lease has to expire, and no lock table has to be cleaned.
    expect(await done()).toEqual({ done: 300, once: 300, workers: 1, left: 0 })
  })

  test('messages that a frozen process had taken are soon free, and handled by the other', async () => {
    const frozen = await startWorker('standard')
    await enqueue(testMessages(300))
    expect(await frozen.line()).toBe('"in a batch"')
    frozen.child.kill('SIGSTOP')
    const other = await shared.database.session('other', { settings: { lock_timeout: `${patience(3_000)}ms` } })
    await other.query({ text: 'select from lanes.messages for update' })
    await other.close()
    await startHere()
    await until(async () => (await done()).left === 0)
    expect(await done()).toEqual({ done: 300, once: 300, workers: 1, left: 0 })
  })

  test.each(['lanes.batch.before-commit', 'lanes.batch.after-commit', 'lanes.batch.after-work'])(
    'a process killed at %s leaves each message either handled or enqueued',
    async (point) => {
      await enqueue(testMessages(400))
      const doomed = runProgram('work-lanes', [JSON.stringify(shared.connection)], {
        env: { ...process.env, MUNIM_FAULT_POINT: point },
      })
      programs.push(doomed)
      while ((await doomed.line()) !== undefined);
      await until(async () => {
        const { done: handled, once, left } = await done()
        expect(handled).toBe(once)
        return handled + left === 400
      })
      const { left } = await done()
      if (point === 'lanes.batch.before-commit') expect(left).toBe(400)
      else expect(left).toBeLessThan(400)
      await startWorker()
      await until(async () => (await done()).left === 0)
      expect(await done()).toMatchObject({ done: 400, once: 400 })
    },
  )
})
