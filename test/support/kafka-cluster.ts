import { Socket } from 'node:net'
import { Admin, murmur2 } from '@platformatic/kafka'
import type { KafkaLanes } from '#lanes'

type Kafka = KafkaLanes['kafka']

async function withAdmin<Value>({ brokers }: Kafka, work: (admin: Admin) => Promise<Value>): Promise<Value> {
  const admin = new Admin({ clientId: 'test', bootstrapBrokers: [...brokers] })
  try {
    return await work(admin)
  } finally {
    await admin.close()
  }
}

export function partitionOfKey(key: string, partitions: number): number {
  return (murmur2(Buffer.from(key)) >>> 0) % partitions
}

/** A broker that does not coordinate the group of the topic's name: its port, and the partitions that it leads. */
export function partsOfOtherBroker(kafka: Kafka, topic: string) {
  return withAdmin(kafka, async (admin) => {
    const { topics, brokers } = await admin.metadata({ topics: [topic] })
    const leaders = topics.get(topic)?.partitions.map(({ leader }) => leader) ?? []
    const [coordinator] = await admin.findCoordinator({ keyType: 0, keys: [topic] })
    const node = leaders.find((leader) => leader !== coordinator?.nodeId) ?? 0
    const led = leaders.flatMap((leader, partition) => (leader === node ? [partition] : []))
    return { port: brokers.get(node)?.port ?? 0, led: new Set(led) }
  })
}

export function partitionsLedBy(kafka: Kafka, { topic, node }: { readonly topic: string; readonly node: number }) {
  return withAdmin(kafka, async (admin) => {
    const partitions = (await admin.metadata({ topics: [topic] })).topics.get(topic)?.partitions ?? []
    return new Set(partitions.flatMap(({ leader }, partition) => (leader === node ? [partition] : [])))
  })
}

export function deleteTopic(kafka: Kafka, topic: string): Promise<void> {
  return withAdmin(kafka, (admin) => admin.deleteTopics({ topics: [topic] }))
}

/** How many the topic has ever got. */
export function recordsIn(kafka: Kafka, topic: string): Promise<number> {
  return withAdmin(kafka, async (admin) => {
    const count = (await admin.metadata({ topics: [topic] })).topics.get(topic)?.partitions.length ?? 0
    const partitions = Array.from({ length: count }, (_, partitionIndex) => ({ partitionIndex, timestamp: -1n }))
    const [found] = await admin.listOffsets({ topics: [{ name: topic, partitions }] })
    return (found?.partitions ?? []).reduce((sum, { offset }) => sum + Number(offset), 0)
  })
}

/** This process reaches the port no more; others do. */
export function cutOff(port: number): () => void {
  const { connect } = Socket.prototype
  const cut = function (this: Socket, ...args: readonly unknown[]) {
    // They come as one array when the socket is created with them.
    const [first] = Array.isArray(args[0]) ? args[0] : args
    const asked = typeof first === 'object' && first !== null ? (first as { readonly port?: unknown }).port : first
    if (Number(asked) !== port) return Reflect.apply(connect, this, args) as Socket
    queueMicrotask(() => this.destroy(new Error('cut off')))
    return this
  }
  Socket.prototype.connect = cut as typeof connect
  for (const socket of openSockets()) if (socket.remotePort === port) socket.destroy()
  return () => {
    Socket.prototype.connect = connect
  }
}

/** Those of this process. */
function openSockets(): Socket[] {
  const handles = (process as unknown as { _getActiveHandles: () => unknown[] })._getActiveHandles()
  return handles.filter((handle): handle is Socket => handle instanceof Socket)
}
