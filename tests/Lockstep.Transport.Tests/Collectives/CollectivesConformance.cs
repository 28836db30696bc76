using Lockstep.Core.Collectives;
using Lockstep.Transport.Tests.Cluster;

namespace Lockstep.Transport.Tests.Collectives;

/// <summary>What the port promises, over every implementation and group size.</summary>
public abstract class CollectivesConformance(CollectivesFixture group)
{
    private static int _step;

    public static TheoryData<ElementType, int> Sizes()
    {
        // Elements; 65536 fp32 are one chunk, 16384 are the longest sum in one round.
        int[] counts = [0, 1, 7, 1001, 16384, 16385, 65535, 65536, 65537, 1_300_003];
        TheoryData<ElementType, int> data = [];
        foreach (var type in (ElementType[])[ElementType.Byte, ElementType.Float32, ElementType.BFloat16]) // others travel as bytes
        {
            foreach (int count in counts)
            {
                data.Add(type, count);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void AllGather_UnequalParts_EveryMemberHoldsAll(ElementType type, int count)
    {
        // The parts of three members: all of it, a part, nothing.
        int[] counts =
        [
            .. Enumerable
                .Range(0, group.Size)
                .Select(r =>
                    (r % 3) switch
                    {
                        0 => count,
                        1 => count / 3,
                        _ => 0,
                    }
                ),
        ];
        byte[][] expected = [.. counts.Select((c, r) => Copy(TensorBuffer.Filled(type, c, r)))];
        var operation = NextOperation();
        group.RunAll(
            (rank, collectives) =>
            {
                TensorBuffer[] parts =
                [
                    .. counts.Select((c, r) => r == rank ? TensorBuffer.Filled(type, c, r) : new TensorBuffer(type, c)),
                ];
                collectives.AllGather(operation, [.. parts.Select(p => p.Memory)]).Wait();
                Assert.All(parts.Index(), p => Assert.True(p.Item.Bytes.SequenceEqual(expected[p.Index])));
                Array.ForEach(parts, p => p.Dispose());
            }
        );
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void ReduceScatter_UnequalParts_SumsInAscendingRankOrder(ElementType type, int count)
    {
        int[] counts = [.. Enumerable.Range(0, group.Size).Select(r => r == 1 ? count / 2 : count)];
        byte[][] expected = [.. counts.Select((c, part) => ReferenceSum.Of(type, [.. group.Ranks.Select(r => Addend(type, c, r, part))]))];
        var operation = NextOperation();
        group.RunAll(
            (rank, collectives) =>
            {
                TensorBuffer[] parts = [.. counts.Select((c, part) => TensorBuffer.Filled(type, c, (100 * rank) + part))];
                byte[][] before = [.. parts.Select(p => p.Bytes.ToArray())];
                using TensorBuffer sum = new(type, counts[rank]);
                collectives.ReduceScatter(operation, [.. parts.Select(p => p.Memory)], sum.Memory).Wait();
                Assert.True(sum.Bytes.SequenceEqual(expected[rank]));
                Assert.All(parts.Index(), p => Assert.True(p.Item.Bytes.SequenceEqual(before[p.Index])));
                Array.ForEach(parts, p => p.Dispose());
            }
        );
    }

    [Fact]
    public void ReduceScatter_SumInPlaceOfTheOwnPart_IsTheSameSum()
    {
        var operation = NextOperation();
        byte[][] expected =
        [
            .. group.Ranks.Select(part =>
                ReferenceSum.Of(ElementType.Float32, [.. group.Ranks.Select(r => Addend(ElementType.Float32, 70_000, r, part))])
            ),
        ];
        group.RunAll(
            (rank, collectives) =>
            {
                TensorBuffer[] parts =
                [
                    .. group.Ranks.Select(part => TensorBuffer.Filled(ElementType.Float32, 70_000, (100 * rank) + part)),
                ];
                collectives.ReduceScatter(operation, [.. parts.Select(p => p.Memory)], parts[rank].Memory).Wait();
                Assert.True(parts[rank].Bytes.SequenceEqual(expected[rank]));
                Array.ForEach(parts, p => p.Dispose());
            }
        );
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void AllReduce_AnySize_SumsInAscendingRankOrder(ElementType type, int count)
    {
        byte[] expected = ReferenceSum.Of(type, [.. group.Ranks.Select(r => Addend(type, count, r, 0))]);
        var operation = NextOperation();
        group.RunAll(
            (rank, collectives) =>
            {
                using var values = TensorBuffer.Filled(type, count, 100 * rank, group.ArenaOf(rank));
                collectives.AllReduce(operation, values.Memory).Wait();
                Assert.True(values.Bytes.SequenceEqual(expected));
            }
        );
    }

    [Fact]
    public void Operations_BegunAndAwaitedInAnyOrder_AllComplete()
    {
        const int Count = 24;
        int first = Interlocked.Add(ref _step, Count) - Count;
        int[] lengths = [.. Enumerable.Range(0, Count).Select(i => i % 3 == 0 ? 5 : 30_000 * (i % 7))];
        byte[][] expected =
        [
            .. lengths.Select(
                (length, i) => ReferenceSum.Of(ElementType.Float32, [.. group.Ranks.Select(r => Addend(ElementType.Float32, length, r, i))])
            ),
        ];
        group.RunAll(
            (rank, collectives) =>
            {
                TensorBuffer[] values =
                [
                    .. lengths.Select(
                        (length, i) => TensorBuffer.Filled(ElementType.Float32, length, (100 * rank) + i, group.ArenaOf(rank))
                    ),
                ];
                var pending = new IPendingOperation[Count];
                int[] order = [.. Enumerable.Range(0, Count)];
                new Random(rank).Shuffle(order);
                foreach (int i in order)
                {
                    var kind = i % 2 == 0 ? OperationKind.Reduce : OperationKind.Vote;
                    pending[i] = collectives.AllReduce(new(kind, first + i, 1), values[i].Memory);
                }

                new Random(rank + 50).Shuffle(order);
                Array.ForEach(order, i => pending[i].Wait());
                Assert.All(values.Index(), v => Assert.True(v.Item.Bytes.SequenceEqual(expected[v.Index])));
                Array.ForEach(values, v => v.Dispose());
            }
        );
    }

    [Fact]
    public void Gather_ValuesOfEachMember_AreInTheOrderOfRanks()
    {
        var operation = NextOperation();
        double[] expected = [.. group.Ranks.SelectMany(rank => new[] { rank + 0.5, -rank })];
        group.RunAll((rank, collectives) => Assert.Equal(expected, collectives.Gather<double>(operation, [rank + 0.5, -rank])));
    }

    [Fact]
    public void Wait_Twice_ReturnsAtOnce()
    {
        var operation = NextOperation();
        group.RunAll(
            (_, collectives) =>
            {
                using TensorBuffer values = new(ElementType.Float32, 10);
                var pending = collectives.AllReduce(operation, values.Memory);
                pending.Wait();
                pending.Wait();
            }
        );
    }

    [Fact]
    public void Operation_WrongArguments_AreRefusedBeforeAnythingTravels()
    {
        var operation = NextOperation();
        using TensorBuffer values = new(ElementType.Float32, 10);
        TensorMemory[] tooMany = [.. Enumerable.Repeat(values.Memory, group.Size + 1)];
        TensorMemory[] parts = [.. Enumerable.Repeat(values.Memory, group.Size)];
        var collectives = group.Members[0];
        Assert.Throws<ArgumentException>(() => collectives.AllGather(operation, tooMany));
        Assert.Throws<ArgumentException>(() => collectives.ReduceScatter(operation, parts, values.Memory.Slice(0, 5)));
        Assert.Throws<ArgumentException>(() => collectives.AllReduce(operation, new(0, 10, ElementType.Float32)));
        Assert.Throws<ArgumentException>(() => collectives.AllReduce(operation, new(values.Memory.Address, -1, ElementType.Float32)));
    }

    private static Operation NextOperation() => new(OperationKind.Forward, Interlocked.Increment(ref _step), 2);

    private static byte[] Addend(ElementType type, int count, int rank, int part) =>
        Copy(TensorBuffer.Filled(type, count, (100 * rank) + part));

    private static byte[] Copy(TensorBuffer buffer)
    {
        using (buffer)
        {
            return buffer.Bytes.ToArray();
        }
    }
}
