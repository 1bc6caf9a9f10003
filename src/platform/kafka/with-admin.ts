import { Admin } from '@platformatic/kafka'
import { kafkaFault } from './kafka-fault.ts'
import { clientOptions, type KafkaSettings } from './kafka-settings.ts'
import { withLedPartitions } from './led-partitions.ts'

/** Asks another broker when one does not answer. */
export async function withAdmin<Value>(
  settings: KafkaSettings,
  attempted: string,
  work: (admin: Admin) => Promise<Value>,
): Promise<Value> {
  let fault: unknown
  for (const first of settings.brokers.keys()) {
    const admin = withLedPartitions(new Admin(clientOptions(settings, first)))
    try {
      return await work(admin)
    } catch (error) {
      const failed = kafkaFault(error, attempted, settings.brokers)
      fault = failed
      if (failed.code !== 'kafka_unreachable') break
    } finally {
      await admin.close().catch(() => undefined)
    }
  }
  throw fault
}
