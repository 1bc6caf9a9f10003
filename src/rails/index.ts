export {
  type Rail,
  type RailCall,
  type RailDecline,
  type RailEvent,
  type RailHealth,
  type RailManners,
  type RailOperation,
  type RailOutcome,
  type Rails,
  railOperations,
} from './rail.ts'
