// The page of disputes, kept up to date.

import { renew } from "../service/renew";
import "../shell/shell";

renew(["#open", "#ended", "#simulated"], ["#verdict"], 5_000);
