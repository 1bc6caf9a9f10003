export { type ApiDescription, type OpenApiDocument, openApiDocument } from './openapi-document.ts'
export { type ReferenceModule, referenceModule } from './reference-module.ts'
