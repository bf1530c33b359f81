/** Thousands of damaged checkpoints: each is read as what it says or refused in one line that names the file. */
import { describeFuzz } from "../model/checkpoints/describeFuzz";

describeFuzz(20);
