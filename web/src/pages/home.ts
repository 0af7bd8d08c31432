// The home page, kept up to date; prices that move are on the dashboard.

import { renew } from "../service/renew";
import "../shell/shell";

renew(["#prices", "#simulated"], [], 5_000);
