import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import { checkKafka } from './index.ts'

test('a broker that leaves during a login is out of reach, and the process goes on', async () => {
  const faults: Error[] = []
  const note = (fault: Error) => faults.push(fault)
  let asked = 0
  const leave = (socket: Socket) => {
    asked += 1
    socket.resetAndDestroy()
  }
  const broker = createServer((socket) => socket.on('error', () => undefined).once('data', () => leave(socket)))
  broker.listen(0, '127.0.0.1')
  await once(broker, 'listening')
  const before = process.listeners('uncaughtException')
  for (const listener of before) process.off('uncaughtException', listener)
  process.on('uncaughtException', note)
  try {
    const brokers = [`127.0.0.1:${(broker.address() as AddressInfo).port}`]
    const sasl = { mechanism: 'PLAIN', username: 'munim', password: 'p' } as const
    await expect(checkKafka({ brokers, sasl, exchangeMs: 2_000 })).rejects.toMatchObject({ code: 'kafka_unreachable' })
    // What the socket does after that.
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
  } finally {
    process.off('uncaughtException', note)
    for (const listener of before) process.on('uncaughtException', listener)
    broker.close()
  }
  expect(asked).toBeGreaterThan(0)
  expect(faults).toEqual([])
})
