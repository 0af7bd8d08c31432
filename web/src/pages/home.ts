// The home page, kept up to date; whoever wants prices that move opens the dashboard.

import { renew } from "../service/renew";
import "../shell/shell";

renew(["#prices", "#simulated"], [], 15_000);
