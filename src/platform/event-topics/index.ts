export { type CloudEvent, cloudEvent, dataSchemaId, eventSchemaId, nounOf } from './cloud-event.ts'
export { eventTopics } from './event-topics.ts'
export type { EventTopicsSettings } from './open-topics.ts'
