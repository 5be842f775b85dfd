package spindle.http.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RetryBudgetTest {
    private static final long SECOND = 1_000_000_000;

    @Test
    void beginsWithTenSecondsOfWhatComesByItself() {
        RetryBudget budget = RetryBudget.of(0, 3);

        assertThat(withdrawals(budget, 0)).isEqualTo(30);
    }

    @Test
    void growsByItself() {
        RetryBudget budget = RetryBudget.of(0, 2);
        int _ = withdrawals(budget, 0);

        assertThat(withdrawals(budget, 3 * SECOND)).isEqualTo(6);
    }

    @Test
    void savesTenSecondsAtTheMost() {
        RetryBudget budget = RetryBudget.of(0, 2);
        int _ = withdrawals(budget, 0);

        assertThat(withdrawals(budget, 3600 * SECOND)).isEqualTo(20);
    }

    @ParameterizedTest
    @CsvSource({"0.2, 5, 1", "0.1, 10, 1", "0.1, 9, 0", "1, 7, 7", "2, 3, 6", "0.2, 10000, 100"})
    void everyRequestPaysItsShare(double share, int requests, int expected) {
        RetryBudget budget = RetryBudget.of(share, 0);

        for (int i = 0; i < requests; i++) {
            budget.deposit(i);
        }

        assertThat(withdrawals(budget, requests)).isEqualTo(expected);
    }

    /// Zero times infinity is no number, and whatever is compared with that is false.
    @Test
    void unlimitedHasNoEnd() {
        RetryBudget budget = RetryBudget.unlimited();
        budget.deposit(5);
        budget.deposit(5);

        for (int i = 0; i < 100_000; i++) {
            assertThat(budget.withdraw(5 + i / 2)).isTrue();
        }
    }

    /// A program that runs one loop after the other may keep its policies.
    @Test
    void clockThatBeginsAnewTakesNothingAway() {
        RetryBudget budget = RetryBudget.of(0, 1);
        budget.deposit(1000 * SECOND);

        assertThat(withdrawals(budget, 0)).isEqualTo(10);
        assertThat(withdrawals(budget, 2 * SECOND)).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"-0.1, 1", "1, -1", "NaN, 1", "1, NaN", "Infinity, 0", "0, Infinity"})
    void refusesWhatIsNoShareOrRate(double share, double perSecond) {
        assertThatThrownBy(() -> RetryBudget.of(share, perSecond))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least zero");
    }

    private static int withdrawals(RetryBudget budget, long nanos) {
        int count = 0;
        while (budget.withdraw(nanos)) {
            count++;
        }
        return count;
    }
}
