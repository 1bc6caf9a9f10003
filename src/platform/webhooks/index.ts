export { type SignedMessage, signWebhook, verifyWebhook, webhookSecret } from './webhook-signature.ts'
