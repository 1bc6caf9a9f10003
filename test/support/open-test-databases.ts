/** Databases to drop when a test file ends, by name; see `leak-check.ts`. */
export const openTestDatabases = new Map<string, () => Promise<void>>()
