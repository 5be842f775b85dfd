package spindle.http.policy;

/// How many retries there may be, measured by how many requests there are: while a server is down,
/// everything fails, and without a bound everything would be sent again.
///
/// Each request puts a share of a token in, each retry takes one out; some come in by themselves,
/// so
/// that a program that asks seldom may try again too. What nobody takes is not saved for ever.
///
/// For the tasks of one loop.
public final class RetryBudget {
    /// What is saved up at the most, in retries that come by themselves.
    private static final double SECONDS_SAVED = 10;

    private static final double NANOS = 1e9;

    // fixed at construction
    private final double share;
    private final double perSecond;

    // changes while running
    private double tokens;
    private long lastNanos;
    private boolean begun;

    private RetryBudget(double share, double perSecond) {
        this.share = share;
        this.perSecond = perSecond;
        this.tokens = perSecond * SECONDS_SAVED;
    }

    /// Returns a fifth of the requests, and one retry a second.
    public static RetryBudget standard() {
        return of(0.2, 1);
    }

    /// Returns a budget.
    ///
    /// @param share how many retries each request pays for: 0.2 is one in five
    /// @param perSecond how many there may be besides, on average; ten seconds of it can be saved
    /// up
    /// @throws IllegalArgumentException if one of them is negative
    public static RetryBudget of(double share, double perSecond) {
        if (!(share >= 0 && perSecond >= 0)) {
            throw new IllegalArgumentException("expected a share and a rate of at least zero but"
                    + " they are " + share + " and " + perSecond);
        }
        return new RetryBudget(share, perSecond);
    }

    /// Returns a budget without a bound.
    public static RetryBudget unlimited() {
        return new RetryBudget(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);
    }

    void deposit(long nowNanos) {
        refill(nowNanos);
        add(share);
    }

    boolean withdraw(long nowNanos) {
        refill(nowNanos);
        if (tokens < 1) {
            return false;
        }
        tokens -= 1;
        return true;
    }

    private void refill(long nowNanos) {
        if (begun) {
            add((nowNanos - lastNanos) / NANOS * perSecond);
        }
        begun = true;
        lastNanos = nowNanos;
    }

    /// What the requests of a busy second pay for is saved as well, up to a hundred.
    private void add(double more) {
        double most = perSecond * SECONDS_SAVED + (share > 0 ? 100 : 0);
        tokens = Math.min(most, more == Double.POSITIVE_INFINITY ? most : tokens + more);
    }

    @Override
    public String toString() {
        return "<RetryBudget share=" + share + " perSecond=" + perSecond + ">";
    }
}
