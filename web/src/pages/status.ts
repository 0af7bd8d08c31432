// The status page, kept up to date.

import { renew } from "../service/renew";
import "../shell/shell";

renew(
  ["#watched", "#histories", "#sources", "#simulated"],
  ["#trust", "#trust-word", "#verdict"],
  5_000,
);
