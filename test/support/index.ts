export { type KafkaBrokers, startKafkaBrokers } from '../../scripts/kafka-brokers.ts'
export { createRandom } from '../../scripts/random.ts'
export { contractClient, readContract } from './contract-client.ts'
export { type CountingRail, startCountingRail } from './counting-rail.ts'
export { type Cut, type CuttingProxy, startCuttingProxy } from './cutting-proxy.ts'
export { useEchoServer } from './echo-server.ts'
export { readGroupOffsets } from './group-offsets.ts'
export { cutOff, deleteTopic, partitionOfKey, partitionsLedBy, partsOfOtherBroker, recordsIn } from './kafka-cluster.ts'
export { type EngineUnderTest, testEngine } from './lane-conformance.ts'
export { decideTransfer, headAt, type ModelHead, type ModelHold } from './ledger-model.ts'
export { machinesSeeing } from './machines-seeing.ts'
export { migratedModules } from './migrated-modules.ts'
export { type MadeClient, useOauthClients } from './oauth-clients.ts'
export { type OnBurst, withBursts } from './own-bursts.ts'
export { passTime } from './pass-time.ts'
export { patience, slowed, until } from './patience.ts'
export {
  askTokens,
  logIn,
  loginRequest,
  makePerson,
  openBrowser,
  passLogin,
  refresh,
  setUpPerson,
  type TestBrowser,
  type TestPerson,
  tokensOf,
} from './people.ts'
export { type RailSimulatorProcess, startRailSimulatorProcess } from './rail-simulator-process.ts'
export {
  bookRandomHistory,
  newSeed,
  type Past,
  type PastAccount,
  type PastEntry,
  type PastTransfer,
  readPast,
} from './random-history.ts'
export { type RawResponse, sendRaw } from './raw-request.ts'
export { rounds } from './rounds.ts'
export { type Program, runProgram } from './run-program.ts'
export { schemaText } from './schema-text.ts'
export {
  detects,
  failing,
  findingsOf,
  keepSealedBooks,
  rehash,
  rehashBlock,
  type SealedBooks,
  type Tampering,
} from './sealed-books.ts'
export { useServedBooks } from './served-books.ts'
export { type ServerProcess, startServerProcess } from './server-process.ts'
export { pagesRead, planOf, statementsOf } from './statements.ts'
export {
  bookedOf,
  brief,
  ending,
  firstBook,
  heldForAMoment,
  moving,
  opening,
  secondBook,
  startTestBooks,
  type TestBooks,
  together,
} from './test-books.ts'
export { createTestDatabase, type TestDatabase, type TestDatabaseOptions } from './test-database.ts'
export { startTestLanes, type TestLanes, testKind, testMessage, testMessages } from './test-lanes.ts'
export { startTestOrders } from './test-orders.ts'
export {
  byCard,
  noTimers,
  type ScriptedRail,
  scriptedRails,
  share,
  soon,
  startTestPayments,
  type TestEngine,
  type TestPayments,
  type TestPaymentsOptions,
} from './test-payments.ts'
export { readingRail, startTestRails, type TestRails } from './test-rails.ts'
export {
  startTestServer,
  type TestRequestOptions,
  type TestResponse,
  type TestServer,
  type TestServerOptions,
  testSealing,
} from './test-server.ts'
export { verifyAll } from './verify-all.ts'
export { useWaitingServers } from './waiting-servers.ts'
export { type WatchedControls, watchControls } from './watched-controls.ts'
