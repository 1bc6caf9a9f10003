import { Fault } from '#platform/faults'
import { type KafkaSettings, topicNames } from '#platform/kafka'
import type { Database } from '#platform/postgres'

/** The name of a topic without records, which says whose the topics of a prefix are. */
const markOf = (prefix: string) => `${prefix}.lanes.of.`

/** The id of this installation. Copies of the database keep it. */
export async function readInstallation(database: Database): Promise<string> {
  const [made] = await database.query<{ id: string }>({
    text: `insert into lanes.installation default values on conflict (is_only) do update set id = installation.id
      returning id::text`,
  })
  return (made?.id ?? '').replaceAll('-', '')
}

/** Topics with this prefix, and whose they are. */
export type Owned = { readonly prefix: string; readonly installation: string }

export function markTopic({ prefix, installation }: Owned): string {
  return `${markOf(prefix)}${installation}`
}

/**
 * Throws when the topics are those of another installation: each would read messages of the other. Call it before the
 * mark is made, and again afterwards: of two that start at once, the one whose mark came later finds both.
 */
export async function checkOwner(kafka: KafkaSettings, { prefix, installation }: Owned): Promise<void> {
  const marks = await topicNames(kafka, markOf(prefix))
  const other = marks.find((name) => name !== markTopic({ prefix, installation }))
  if (other === undefined) return
  const message = `The topics ${prefix}.lanes.* belong to another database, as the topic ${other} says; this one is ${installation}. Give one of the two another --kafka-prefix, and delete its topic; or delete the topic ${other} when the other database is gone.`
  throw new Fault({ code: 'kafka_topics_of_another', message, retryable: false })
}
