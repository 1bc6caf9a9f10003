// Writes everything that is generated; with --check, compares only. In one process, as each would load the program.
import './openapi.ts'
import './reference.ts'
