import { describe } from "vitest";
import { attachmentsSuite } from "../suite/attachments.ts";
import { authorizationSuite } from "../suite/authorization.ts";
import { batchWriteSuite } from "../suite/batch-write.ts";
import { conditionalWritesSuite } from "../suite/conditional-writes.ts";
import { deleteSuite } from "../suite/delete.ts";
import { downloadSuite } from "../suite/download.ts";
import { costlyRequestsSuite } from "../suite/expensive-requests.ts";
import { expirySuite } from "../suite/expiry.ts";
import { filterModelSuite } from "../suite/filter-model.ts";
import { filtersSuite } from "../suite/filters.ts";
import { findSuite } from "../suite/find.ts";
import { httpSuite } from "../suite/http.ts";
import { readSuite } from "../suite/read.ts";
import { sdkRequestsSuite } from "../suite/sdk-requests.ts";
import { textsSuite } from "../suite/texts.ts";
import { writeSuite } from "../suite/write.ts";
import type { GetCaller } from "./suite.ts";

/** Tests all behaviour of a PoP, whatever its database and transport. */
export function popSuite(name: string, caller: GetCaller): void {
  describe(name, () => {
    writeSuite(caller);
    batchWriteSuite(caller);
    readSuite(caller);
    findSuite(caller);
    filtersSuite(caller);
    filterModelSuite(caller);
    deleteSuite(caller);
    conditionalWritesSuite(caller);
    expirySuite(caller);
    authorizationSuite(caller);
    httpSuite(caller);
    sdkRequestsSuite(caller);
    attachmentsSuite(caller);
    downloadSuite(caller);
    costlyRequestsSuite(caller);
    textsSuite(caller);
  });
}
