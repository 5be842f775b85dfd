package spindle.http.policy;

/// How many retries there may be, measured by how many requests there are: while a server is down,
/// everything fails, and without a bound everything would be sent again.
///
/// Each request puts a share of a token in, each retry takes one out; some come in by themselves,
/// so that a program that asks seldom may try again too. What nobody takes is not saved for ever:
/// ten seconds of those, and a hundred of what requests put in.
///
/// For the tasks of one loop at a time.
public final class RetryBudget {
    private static final double SECONDS_SAVED = 10;
    private static final double MOST_FROM_REQUESTS = 100;

    private static final double NANOS = 1e9;

    /// Ten times a tenth is a little less than one.
    private static final double TINY = 1e-6;

    // fixed at construction
    private final double share;
    private final double perSecond;
    private final double most;

    // changes while running
    /// From zero to the most.
    private double tokens;

    /// When the tokens were last counted, by the clock of the loop.
    private long lastNanos;
    private boolean begun;

    private RetryBudget(double share, double perSecond) {
        this.share = share;
        this.perSecond = perSecond;
        this.tokens = perSecond * SECONDS_SAVED;
        this.most = tokens + (share > 0 ? MOST_FROM_REQUESTS : 0);
    }

    /// Returns a fifth of the requests, and one retry a second.
    public static RetryBudget standard() {
        return of(0.2, 1);
    }

    /// Returns a budget.
    ///
    /// @param share how many retries each request pays for: 0.2 is one in five
    /// @param perSecond how many there may be besides, on average; ten seconds of it can be saved
    ///     up
    /// @throws IllegalArgumentException if one of them is negative, or no finite number
    public static RetryBudget of(double share, double perSecond) {
        if (!(share >= 0 && perSecond >= 0 && share + perSecond < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("expected a share and a rate that are finite"
                    + " and at least zero but they are " + share + " and " + perSecond);
        }
        return new RetryBudget(share, perSecond);
    }

    /// Returns a budget without a bound.
    public static RetryBudget unlimited() {
        return new RetryBudget(0, Double.POSITIVE_INFINITY);
    }

    void deposit(long nowNanos) {
        refill(nowNanos);
        add(share);
    }

    boolean withdraw(long nowNanos) {
        refill(nowNanos);
        if (tokens < 1 - TINY) {
            return false;
        }
        tokens = Math.max(0, tokens - 1);
        return true;
    }

    private void refill(long nowNanos) {
        // Another loop may have another clock: it does not give and does not take.
        if (begun && nowNanos > lastNanos) {
            add((nowNanos - lastNanos) / NANOS * perSecond);
        }
        begun = true;
        lastNanos = nowNanos;
    }

    private void add(double more) {
        tokens = Math.min(most, tokens + more);
    }

    @Override
    public String toString() {
        return "<RetryBudget share=" + share + " perSecond=" + perSecond + ">";
    }
}
