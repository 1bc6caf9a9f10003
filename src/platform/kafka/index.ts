export { createGroupConsumer, type GroupConsumer, type ReadRecord } from './group-consumer.ts'
export type { KafkaLogin, KafkaSettings } from './kafka-settings.ts'
export { checkKafka, ensureTopics, type TopicPlan } from './open-kafka.ts'
export { createRecordProducer, type NewRecord, type RecordProducer } from './record-producer.ts'
