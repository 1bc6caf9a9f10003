import type { KafkaSettings } from './kafka-settings.ts'
import { withAdmin } from './with-admin.ts'

/** The topics that begin so. */
export async function topicNames(settings: KafkaSettings, beginning: string): Promise<string[]> {
  return withAdmin(settings, 'The topics could not be listed', async (admin) => {
    const names = await admin.listTopics()
    return names.filter((name) => name.startsWith(beginning))
  })
}
