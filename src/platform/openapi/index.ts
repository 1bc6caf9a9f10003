export type { ApiDescription, OpenApiDocument, OpenApiOperation } from './openapi-document.ts'
export { type ReferenceModule, referenceModule } from './reference-module.ts'
