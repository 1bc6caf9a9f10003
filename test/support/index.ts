export { migratedModules } from './migrated-modules.ts'
export { createTestDatabase, type TestDatabase, type TestDatabaseOptions } from './test-database.ts'
export {
  startTestServer,
  type TestRequestOptions,
  type TestResponse,
  type TestServer,
  type TestServerOptions,
} from './test-server.ts'
