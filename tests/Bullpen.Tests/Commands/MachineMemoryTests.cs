using Bullpen.Commands;
using Bullpen.TestKit;

namespace Bullpen.Tests.Commands;

public sealed class MachineMemoryTests : IDisposable
{
    private const string Machine = "MemTotal:        8388608 kB\nMemFree:         1000 kB\n";

    private readonly TempFolder _root = new();

    public MachineMemoryTests() => _root.Write("proc/meminfo", Machine);

    public void Dispose() => _root.Dispose();

    [Fact]
    public void Without_a_control_group_it_is_the_machines() => MachineMemory.Bytes(_root.Path).ShouldBe(8L << 30);

    [Fact]
    public void The_least_limit_of_the_group_and_those_above_it_counts()
    {
        _root.Write("proc/self/cgroup", "0::/system.slice/bullpen.service\n");
        _root.Write("sys/fs/cgroup/system.slice/bullpen.service/memory.max", "max\n");
        _root.Write("sys/fs/cgroup/system.slice/memory.max", "2147483648\n");

        MachineMemory.Bytes(_root.Path).ShouldBe(2L << 30);
    }

    [Fact]
    public void In_a_container_the_topmost_group_is_its_own_whatever_the_path_says()
    {
        _root.Write("proc/self/cgroup", "3:cpu,cpuacct:/docker/abc\n2:memory:/docker/abc\n");
        _root.Write("sys/fs/cgroup/memory/memory.limit_in_bytes", "1073741824\n");

        MachineMemory.Bytes(_root.Path).ShouldBe(1L << 30);
    }

    [Fact]
    public void A_limit_above_the_machines_memory_is_none()
    {
        _root.Write("proc/self/cgroup", "2:memory:/\n");
        _root.Write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");

        MachineMemory.Bytes(_root.Path).ShouldBe(8L << 30);
    }
}
