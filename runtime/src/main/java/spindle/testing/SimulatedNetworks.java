package spindle.testing;

import java.util.ArrayList;
import java.util.List;

/// The simulated networks of one loop, which closes them.
final class SimulatedNetworks implements AutoCloseable {
    private final List<SimulatedNetwork> networks = new ArrayList<>();

    void add(SimulatedNetwork network) {
        networks.add(network);
    }

    @Override
    public void close() {
        networks.forEach(SimulatedNetwork::close);
    }
}
