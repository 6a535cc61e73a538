/** Every method of Storage that takes input, with valid arguments; the request options would follow. */
export const validCalls: Readonly<Record<string, readonly unknown[]>> = {
  write: ["de", { recordKey: "r" }],
  batchWrite: ["de", [{ recordKey: "r" }]],
  read: ["de", "r"],
  find: ["de", { recordKey: "r" }, { limit: 1 }],
  findOne: ["de", { recordKey: "r" }, { offset: 1 }],
  findAll: ["de", { recordKey: "r" }, { pageSize: 1 }],
  delete: ["de", "r"],
  batchDelete: ["de", ["r"]],
  migrate: ["de", { limit: 1 }],
  migrateAll: ["de", { pageSize: 1 }],
  addAttachment: ["de", "r", { file: new Uint8Array(1) }],
  getAttachmentFile: ["de", "r", "f"],
  getAttachmentMeta: ["de", "r", "f"],
  updateAttachmentMeta: ["de", "r", "f", { fileName: "n" }],
  deleteAttachment: ["de", "r", "f"],
  migrateAttachments: ["de", { pageSize: 1 }],
  healthcheck: ["de"],
};

/** The same arguments with one replaced. */
export function replaced(given: readonly unknown[], index: number, value: unknown): unknown[] {
  return Array.from({ length: Math.max(given.length, index + 1) }, (_, at) => (at === index ? value : given[at]));
}
