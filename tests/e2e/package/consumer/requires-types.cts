// What a compiler has to make of the declarations in a CommonJS module.
import storage = require("incountry-storage");

export const constructed: storage.Storage = new storage.Storage({ environmentId: "e", apiKey: "k", encrypt: false });
