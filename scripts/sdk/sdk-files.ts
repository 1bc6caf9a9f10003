import type { OpenApiDocument } from '#platform/openapi'
import { readContract } from './contract.ts'
import { operationsText } from './operations.ts'
import { typesText } from './types.ts'

/** The generated files of sdk/src, by name. */
export async function sdkFiles(document: OpenApiDocument): Promise<Map<string, string>> {
  const contract = readContract(document)
  const head = '// Generated from api/openapi.json by scripts/openapi.ts; do not edit.\n\n'
  return new Map([
    ['operations.generated.ts', head + operationsText(contract)],
    ['schemas.generated.ts', head + (await typesText(contract))],
  ])
}
