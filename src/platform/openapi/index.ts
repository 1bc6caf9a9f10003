export { type ApiDescription, type OpenApiDocument, openApiDocument } from './openapi-document.ts'
