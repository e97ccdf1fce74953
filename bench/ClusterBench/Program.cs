using Scalelab.ClusterBench;

// Holds the cluster against figures of a real Kubernetes. The argument is the daemon's assembly, lab.dll.
if (args is not [{ } lab] || !File.Exists(lab))
{
    Console.Error.WriteLine("Usage: bench/cluster.sh, which builds what is measured and says where it is.");
    return 2;
}

Report.Begin();
await Measurements.StartAndRestAsync(lab).ConfigureAwait(false);
await using (var unsynced = await Daemon.StartAsync(lab, synced: false).ConfigureAwait(false))
{
    await Measurements.ContentAsync(unsynced).ConfigureAwait(false);
    await Measurements.ReadsAsync(unsynced.Api).ConfigureAwait(false);
    await Measurements.WritesAsync(unsynced.Api, synced: false).ConfigureAwait(false);
    await Measurements.WatchesAsync(unsynced.Api).ConfigureAwait(false);
}

await using (var synced = await Daemon.StartAsync(lab, synced: true).ConfigureAwait(false))
{
    await Measurements.WritesAsync(synced.Api, synced: true).ConfigureAwait(false);
    await Measurements.PodsAsync(synced).ConfigureAwait(false);
}

return 0;
