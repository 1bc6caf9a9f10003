export { migratedModules } from './migrated-modules.ts'
export { type Program, runProgram } from './run-program.ts'
export { createTestDatabase, type TestDatabase, type TestDatabaseOptions } from './test-database.ts'
